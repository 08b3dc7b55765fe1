"""What is done to captions in Redis in one step each, in Lua. All keys of captions are named here.

- `caption:{camera}:{suffix}` a caption as people see it, with a TTL. The suffix is `{ms}`, the time of its
  frame, with `:{hash}` where another text has that millisecond.
- `captions:journal:{camera}` a stream without TTL: every caption until it is merged. Ids grow with arrival;
  field `n` counts them, so that what lies between two entries is known without looking at it.
- `captions:times:{camera}` a sorted set: `{suffix}|{digest}` by the time of the frame; 8 bytes of digest tell
  whether a text is there already, also after its key has gone.
- `captions:oldest` a sorted set: when the oldest entry of each camera's journal arrived.
- `captions:ends` a hash: `{ms}-{number} {n} {ahead}` of each camera's last entry, also where it is gone: ids
  never go back. Where the clock was set back, they are `ahead` of it by so many ms, and what is due is
  reckoned with that.
- `captions:embedding_lengths` a hash: `{numbers} {ms}-{number}`, how long a camera's embeddings are, and the
  newest entry that has one: once that is merged, others may come.
- `captions:counted` a hash. `captions:epoch`: whose journals these are.
- `captions:lock:{camera}`: who merges it.

What makes room, or is needed for that, runs in a full Redis too (`allow-oom`).
"""

# As far as the clocks of several processes may differ, and a clock be set back, without anybody minding.
STEP_MS = 60_000

_NAMES = f"""
local STEP = {STEP_MS}
local OLDEST, ENDS, EPOCH = 'captions:oldest', 'captions:ends', 'captions:epoch'
local LENGTHS, COUNTED = 'captions:embedding_lengths', 'captions:counted'
local function journal_of(camera) return 'captions:journal:' .. camera end
local function times_of(camera) return 'captions:times:' .. camera end
local function whole(number) return string.format('%.0f', number) end
local function parts(id)
    local ms, number = string.match(id, '^(%d+)-(%d+)$')
    return tonumber(ms), tonumber(number)
end
local function first_from(camera, id)
    local found = redis.call('XRANGE', journal_of(camera), id, '+', 'COUNT', 1)[1]
    if found then return found[1], tonumber(found[2][2]) end
end
local function end_of(camera)
    local told = redis.call('HGET', ENDS, camera)
    if told then
        local ms, number, n, ahead = string.match(told, '^(%d+)-(%d+) (%d+) (%d+)$')
        return tonumber(ms), tonumber(number), tonumber(n), tonumber(ahead)
    end
    local last = redis.call('XREVRANGE', journal_of(camera), '+', '-', 'COUNT', 1)[1]
    if not last then return 0, 0, 0, 0 end
    local ms, number = parts(last[1])
    return ms, number, tonumber(last[2][2]), 0
end
local function keep_end(camera, ms, number, n, ahead)
    redis.call('HSET', ENDS, camera, string.format('%.0f-%.0f %.0f %.0f', ms, number, n, ahead))
end
-- Of what maxmemory is a limit for.
local function used_of(memory)
    return tonumber(string.match(memory, 'used_memory:(%d+)'))
        - tonumber(string.match(memory, 'mem_not_counted_for_evict:(%d+)') or 0)
end
local function ahead_of(camera)
    local _, _, _, ahead = end_of(camera)
    return ahead
end
"""

# How many a camera has, and how many of them are due: by differences of `n`.
_COUNTS = """
local function counts(camera, cutoff)
    local cached = redis.call('XLEN', journal_of(camera))
    if cached == 0 then return 0, 0 end
    local _, first = first_from(camera, '-')
    local _, fresh = first_from(camera, whole(cutoff + ahead_of(camera)))
    return cached, fresh and fresh - first or cached
end
"""

# now_ms, ttl_s, a name for the journals, the share of maxmemory in percent, bytes that this will take; then
# for each caption: camera, ms, digest, value, content, embedding. → {"ok", mark and suffix of each: "+"
# stored, "=" was there}, or what is in the way, and nothing is stored.
PUT = f"""#!lua
{_NAMES}
local now = tonumber(ARGV[1])
local FIRST, STRIDE = 6, 6
local memory = redis.call('INFO', 'memory')
local limit = tonumber(string.match(memory, '\\nmaxmemory:(%d+)'))
if limit > 0 then
    if used_of(memory) + tonumber(ARGV[5]) >= limit * tonumber(ARGV[4]) / 100 then return {{'full'}} end
end

local states = {{}}
local function state_of(camera)
    local known = states[camera]
    if known then return known end
    local ms, number, n, ahead = end_of(camera)
    known = {{ms = ms, number = number, n = n, ahead = ahead, was_ahead = ahead}}
    known.is_empty = redis.call('XLEN', journal_of(camera)) == 0
    if known.is_empty then known.ahead = 0 end
    states[camera] = known
    return known
end

-- How long embeddings of the journal are; nil where none of them waits any more.
local function length_of(camera, state)
    local told = not state.is_empty and redis.call('HGET', LENGTHS, camera)
    if not told then return nil end
    local length, ms, number = string.match(told, '^(%d+) (%d+)-(%d+)$')
    if not length then
        -- Of a version that kept no entry: any that is there now may have one.
        length, ms, number = told, state.ms, state.number
        redis.call('HSET', LENGTHS, camera, string.format('%s %.0f-%.0f', told, ms, number))
    end
    local head_ms, head_number = parts((first_from(camera, '-')))
    ms, number = tonumber(ms), tonumber(number)
    if head_ms > ms or (head_ms == ms and head_number > number) then return nil end
    return tonumber(length)
end

for at = FIRST, #ARGV, STRIDE do
    local length = #ARGV[at + 5] / 4
    if length > 0 then
        local state = state_of(ARGV[at])
        state.length = state.length or length_of(ARGV[at], state) or length
        if state.length ~= length then
            return {{'length', (at - FIRST) / STRIDE, state.length}}
        end
    end
end

local function next_id(state)
    if not state.dated then
        local wanted = now + state.ahead
        if wanted > state.ms then
            state.ms, state.number = wanted, -1
        elseif state.ms - wanted > STEP then
            state.ahead = state.ms - now
        end
        state.dated = whole(state.ms) .. '-'
    end
    state.number = state.number + 1
    state.n = state.n + 1
    return state.dated .. state.number
end

local function hex(bytes)
    return (string.gsub(bytes, '.', function(byte) return string.format('%02x', string.byte(byte)) end))
end

-- Of several texts of one millisecond: the suffix of the one with this digest, and whether it is there.
local function suffix_of(times, ms, digest)
    local there = redis.call('ZRANGEBYSCORE', times, ms, ms)
    if #there == 0 then return ms, false end
    local taken = {{}}
    for _, member in ipairs(there) do
        local suffix = string.sub(member, 1, -10)
        if string.sub(member, -8) == digest then return suffix, true end
        taken[suffix] = true
    end
    local suffix = ms .. ':' .. string.sub(hex(digest), 1, 8)
    return taken[suffix] and ms .. ':' .. hex(digest) or suffix, false
end

local told, stored = {{}}, 0
for at = FIRST, #ARGV, STRIDE do
    local camera = ARGV[at]
    local times = times_of(camera)
    local suffix, is_there = suffix_of(times, ARGV[at + 1], ARGV[at + 2])
    if not is_there then
        local state = state_of(camera)
        local id = next_id(state)
        redis.call('XADD', journal_of(camera), id, 'n', state.n, 's', suffix,
            'c', ARGV[at + 4], 'e', ARGV[at + 5])
        if ARGV[at + 5] ~= '' then state.embedded = id end
        redis.call('SET', 'caption:' .. camera .. ':' .. suffix, ARGV[at + 3], 'EX', ARGV[2])
        redis.call('ZADD', times, ARGV[at + 1], suffix .. '|' .. ARGV[at + 2])
        stored = stored + 1
    end
    told[#told + 1] = (is_there and '=' or '+') .. suffix
end

for camera, state in pairs(states) do
    if state.dated then
        keep_end(camera, state.ms, state.number, state.n, state.ahead)
        if state.is_empty or state.ahead ~= state.was_ahead then
            local ms = parts((first_from(camera, '-')))
            redis.call('ZADD', OLDEST, whole(ms - state.ahead), camera)
        end
        if state.embedded then
            redis.call('HSET', LENGTHS, camera, whole(state.length) .. ' ' .. state.embedded)
        elseif state.is_empty then redis.call('HDEL', LENGTHS, camera) end
    end
end
if stored > 0 then
    redis.call('SET', EPOCH, ARGV[3], 'NX')
    redis.call('HINCRBY', COUNTED, 'in', stored)
end
if stored < #told then redis.call('HINCRBY', COUNTED, 'repeated', #told - stored) end
return {{'ok', told}}
"""

# camera, until_ms (empty: all), count, id (empty: none) behind which to begin → {epoch, entries}
ENTRIES = f"""#!lua flags=no-writes
{_NAMES}
local until_id = '+'
if ARGV[2] ~= '' then until_id = whole(tonumber(ARGV[2]) + ahead_of(ARGV[1]) - 1) end
local from_id = ARGV[4] == '' and '-' or '(' .. ARGV[4]
local found = redis.call('XRANGE', journal_of(ARGV[1]), from_id, until_id, 'COUNT', ARGV[3])
return {{redis.call('GET', EPOCH) or '', found}}
"""

# camera; then of each entry: id, suffix, digest → how many are gone; -1: these are not the oldest
REMOVE = f"""#!lua flags=allow-oom
{_NAMES}
local camera, FIRST, STRIDE = ARGV[1], 2, 3
local head, first = first_from(camera, '-')
if not head then return 0 end
local last_id = ARGV[#ARGV - 2]
local head_ms, head_number = parts(head)
local last_ms, last_number = parts(last_id)
if head_ms > last_ms or (head_ms == last_ms and head_number > last_number) then return 0 end
local from = FIRST
while from <= #ARGV and ARGV[from] ~= head do from = from + STRIDE end
local count = (#ARGV + 1 - from) / STRIDE
local found, n = first_from(camera, last_id)
if count == 0 or found ~= last_id or n - first + 1 ~= count then return -1 end
redis.call('XTRIM', journal_of(camera), 'MINID', '=', whole(last_ms) .. '-' .. whole(last_number + 1))
local times = times_of(camera)
for at = from, #ARGV, STRIDE do
    redis.call('UNLINK', 'caption:' .. camera .. ':' .. ARGV[at + 1])
    redis.call('ZREM', times, ARGV[at + 1] .. '|' .. ARGV[at + 2])
end
head = first_from(camera, '-')
if head then
    redis.call('ZADD', OLDEST, whole(parts(head) - ahead_of(camera)), camera)
else
    redis.call('UNLINK', journal_of(camera))
    redis.call('ZREM', OLDEST, camera)
    redis.call('HDEL', LENGTHS, camera)
end
return count
"""

# camera → 1: nothing is kept of it, not even its place in time; 0: something waits to be merged
FORGET = f"""#!lua flags=allow-oom
{_NAMES}
if redis.call('XLEN', journal_of(ARGV[1])) > 0 then return 0 end
redis.call('DEL', journal_of(ARGV[1]))
redis.call('HDEL', ENDS, ARGV[1])
return 1
"""

# now_ms, cutoff_ms, limit → camera and arrival of its oldest, the longest waiting first
DUE = f"""#!lua flags=allow-oom
{_NAMES}
local now = tonumber(ARGV[1])
-- What arrived later than now did so before the clock was set back: it waits from now on.
local stepped = redis.call('ZRANGEBYSCORE', OLDEST, '(' .. whole(now + STEP), '+inf', 'LIMIT', 0, 1000)
for _, camera in ipairs(stepped) do
    local head = first_from(camera, '-')
    if head then
        local ms, number, n = end_of(camera)
        keep_end(camera, ms, number, n, ms - now)
        redis.call('ZADD', OLDEST, whole(parts(head) - (ms - now)), camera)
    end
end
local due = redis.call('ZRANGEBYSCORE', OLDEST, '-inf', '(' .. ARGV[2], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local told = {{}}
for at = 1, #due, 2 do
    if redis.call('XLEN', journal_of(due[at])) > 0 then
        told[#told + 1] = due[at]
        told[#told + 1] = due[at + 1]
    else
        -- Somebody deleted the journal by hand: nothing is due any more.
        redis.call('ZREM', OLDEST, due[at])
    end
end
return told
"""

# cutoff_ms → used, used of what maxmemory limits, maxmemory, cached, cameras, due, cameras due, oldest
# arrival (or ""), counters
STATS = f"""#!lua flags=no-writes
{_NAMES}{_COUNTS}
local cutoff = tonumber(ARGV[1])
local memory = redis.call('INFO', 'memory')
local used = string.match(memory, 'used_memory:(%d+)')
local limit = string.match(memory, '\\nmaxmemory:(%d+)')
local cameras = redis.call('ZRANGE', OLDEST, 0, -1, 'WITHSCORES')
local cached, due, cameras_due = 0, 0, 0
for at = 1, #cameras, 2 do
    local camera = cameras[at]
    if tonumber(cameras[at + 1]) < cutoff then
        local of_camera, due_here = counts(camera, cutoff)
        cached, due, cameras_due = cached + of_camera, due + due_here, cameras_due + 1
    else
        cached = cached + redis.call('XLEN', journal_of(camera))
    end
end
return {{used, whole(used_of(memory)), limit, cached, #cameras / 2, due, cameras_due, cameras[2] or '',
    redis.call('HMGET', COUNTED, 'in', 'repeated', 'refused', 'embeddings_dropped')}}
"""

# cutoff_ms, cameras → of each: cached, due, oldest arrival (or ""), newest time of a frame (or "")
CAMERA_COUNTS = f"""#!lua flags=no-writes
{_NAMES}{_COUNTS}
local told = {{}}
for at = 2, #ARGV do
    local camera = ARGV[at]
    local cached, due = counts(camera, tonumber(ARGV[1]))
    local newest = redis.call('ZRANGE', times_of(camera), -1, -1, 'WITHSCORES')
    told[#told + 1] = {{cached, due, redis.call('ZSCORE', OLDEST, camera) or '', newest[2] or ''}}
end
return told
"""

# of what, how many
COUNT = """#!lua flags=allow-oom
return redis.call('HINCRBY', 'captions:counted', ARGV[1], ARGV[2])
"""

# key, token, ms → 1: it is theirs, also where it was already
LOCK = """#!lua flags=allow-oom
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
RENEW = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
RELEASE = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
