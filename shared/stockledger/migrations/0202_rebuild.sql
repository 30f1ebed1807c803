-- Folding a view anew beside the live one: its shadow is made, compared, put in its place.
-- migrate:up

-- An empty shadow of a live table; what an earlier rebuild left is dropped.
create function views.create_shadow(view_name text) returns void language plpgsql as $$
declare
    partitioned boolean := (
        select relkind = 'p' from pg_class where oid = format('views.%I', view_name)::regclass
    );
begin
    execute format('drop table if exists views_shadow.%I', view_name);
    execute format(
        'create table views_shadow.%1$I (like views.%1$I including all)%2$s',
        view_name,
        case when partitioned then ' partition by range (recorded_at)' else '' end
    );
    perform views.guard(format('views_shadow.%I', view_name)::regclass);
    delete from views.positions where view_group = 'rebuild.' || view_name;
end $$;

-- How many rows differ between a live table and its shadow, and the keys of the first of them.
create function views.differences(view_name text, shown integer)
returns table (differing bigint, keys text[]) language plpgsql as $$
declare
    key_columns text := (
        select string_agg(quote_ident(attribute.attname), ', ' order by key.place)
        from pg_index as index
        cross join unnest(index.indkey) with ordinality as key (number, place)
        join pg_attribute as attribute
            on attribute.attrelid = index.indrelid and attribute.attnum = key.number
        where index.indrelid = format('views.%I', view_name)::regclass and index.indisprimary
    );
begin
    return query execute format(
        'with differing as ('
        '    select row_number() over () as number, concat_ws(''/'', %1$s) as key'
        '    from views.%2$I as live full join views_shadow.%2$I as shadow using (%1$s)'
        '    where live is distinct from shadow'
        ') select count(*), coalesce(array_agg(key) filter (where number <= %3$s), ''{}'')'
        ' from differing',
        key_columns, view_name, shown
    );
end $$;

-- The shadow takes the live table's place, with the tables of its months.
create function views.swap_shadow(view_name text) returns void language plpgsql as $$
declare
    child regclass;
    children regclass[] := array(
        select inhrelid::regclass
        from pg_inherits
        where inhparent = format('views_shadow.%I', view_name)::regclass
    );
begin
    execute format('drop table views.%I', view_name);
    execute format('alter table views_shadow.%I set schema views', view_name);
    foreach child in array children loop
        execute format('alter table %s set schema views', child);
    end loop;
    delete from views.positions where view_group = 'rebuild.' || view_name;
end $$;

-- How many rows of a view differed from the fold of the log, when it was last compared.
create table views.drift (
    view_name text collate "C" primary key,
    differing_rows bigint not null,
    compared_at timestamptz not null
);
grant select on views.drift to stockledger_projector;

revoke all on function views.create_shadow(text) from public;
revoke all on function views.differences(text, integer) from public;
revoke all on function views.swap_shadow(text) from public;

-- migrate:down
drop table views.drift;
drop function views.swap_shadow(text);
drop function views.differences(text, integer);
drop function views.create_shadow(text);
