"""Which partition a tenant lives in: Kafka's default partitioner, so that a plain client agrees."""

from functools import lru_cache
from typing import Final

TENANTS_REMEMBERED: Final = 65_536
"""Tenants whose partition is kept at hand; the hash of one costs as much as a decision."""

_SEED: Final = 0x9747B28C
_MULTIPLIER: Final = 0x5BD1E995
_MASK: Final = 0xFFFFFFFF


@lru_cache(maxsize=TENANTS_REMEMBERED)
def partition_of(tenant_id: str, partitions: int) -> int:
    """Return the partition of a tenant: (murmur2(tenant as UTF-8) & 0x7fffffff) % partitions."""
    return (murmur2(tenant_id.encode()) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Return the 32-bit Murmur2 hash that Kafka's default partitioner uses."""
    length = len(data)
    hashed = (_SEED ^ length) & _MASK
    tail = length - length % 4
    for start in range(0, tail, 4):
        block = int.from_bytes(data[start : start + 4], "little") * _MULTIPLIER & _MASK
        block = (block ^ (block >> 24)) * _MULTIPLIER & _MASK
        hashed = (hashed * _MULTIPLIER & _MASK) ^ block
    if length > tail:
        hashed = (hashed ^ int.from_bytes(data[tail:], "little")) * _MULTIPLIER & _MASK
    hashed = (hashed ^ (hashed >> 13)) * _MULTIPLIER & _MASK
    return hashed ^ (hashed >> 15)
