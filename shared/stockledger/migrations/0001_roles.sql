-- The schema of the log, and the roles that services take on when they connect.
-- migrate:up
create schema ledger;

-- Roles belong to the whole server: another database's migration may be making them right now.
create function ledger.create_role(role_name text) returns void
language plpgsql as $body$
begin
    if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
    end if;
exception when duplicate_object or unique_violation then
    null;
end
$body$;

select ledger.create_role('stockledger_ledger');
select ledger.create_role('stockledger_projector');
select ledger.create_role('stockledger_api');
drop function ledger.create_role(text);

grant stockledger_ledger, stockledger_projector, stockledger_api to current_user;
grant usage on schema ledger to stockledger_ledger, stockledger_projector, stockledger_api;

-- migrate:down
drop schema ledger;
