"""XXH3, 64 bits, seed 0, in plain integers, after the public XXH3 specification."""

MASK = (1 << 64) - 1
P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
PRIME_MX1, PRIME_MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25
STRIPE, BLOCK_STRIPES = 64, 16
SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8"
    "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea"
    "c5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b"
    "16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)


def _u32(data, at):
    return int.from_bytes(data[at:at + 4], "little")


def _u64(data, at):
    return int.from_bytes(data[at:at + 8], "little")


def _swap64(value):
    return int.from_bytes(value.to_bytes(8, "little"), "big")


def _rotate(value, by):
    return ((value << by) | (value >> (64 - by))) & MASK


def _fold(a, b):
    product = a * b
    return (product ^ (product >> 64)) & MASK


def _xxh64_avalanche(h):
    h = (h ^ (h >> 33)) * P64_2 & MASK
    h = (h ^ (h >> 29)) * P64_3 & MASK
    return h ^ (h >> 32)


def _avalanche(h):
    h = (h ^ (h >> 37)) * PRIME_MX1 & MASK
    return h ^ (h >> 32)


def _mix16(data, at, secret):
    return _fold(_u64(data, at) ^ _u64(SECRET, secret), _u64(data, at + 8) ^ _u64(SECRET, secret + 8))


def _up_to_3(data):
    size = len(data)
    if size == 0:
        return _xxh64_avalanche(_u64(SECRET, 56) ^ _u64(SECRET, 64))
    combined = (data[0] << 16) | (data[size >> 1] << 24) | data[size - 1] | (size << 8)
    return _xxh64_avalanche(combined ^ _u32(SECRET, 0) ^ _u32(SECRET, 4))


def _from_4_to_8(data):
    size = len(data)
    joined = _u32(data, size - 4) + (_u32(data, 0) << 32)
    h = joined ^ _u64(SECRET, 8) ^ _u64(SECRET, 16)
    h ^= _rotate(h, 49) ^ _rotate(h, 24)
    h = h * PRIME_MX2 & MASK
    h ^= (h >> 35) + size
    h = h * PRIME_MX2 & MASK
    return h ^ (h >> 28)


def _from_9_to_16(data):
    size = len(data)
    low = _u64(data, 0) ^ _u64(SECRET, 24) ^ _u64(SECRET, 32)
    high = _u64(data, size - 8) ^ _u64(SECRET, 40) ^ _u64(SECRET, 48)
    return _avalanche((size + _swap64(low) + high + _fold(low, high)) & MASK)


def _from_17_to_128(data):
    size = len(data)
    h = size * P64_1
    for pair in range((size - 1) // 32 + 1):
        h += _mix16(data, 16 * pair, 32 * pair)
        h += _mix16(data, size - 16 * (pair + 1), 32 * pair + 16)
    return _avalanche(h & MASK)


def _from_129_to_240(data):
    size = len(data)
    h = size * P64_1
    for i in range(8):
        h += _mix16(data, 16 * i, 16 * i)
    h = _avalanche(h & MASK)
    for i in range(8, size // 16):
        h += _mix16(data, 16 * i, 16 * (i - 8) + 3)
    h += _mix16(data, size - 16, 136 - 17)
    return _avalanche(h & MASK)


def _accumulate(lanes, data, at, secret):
    for i in range(8):
        word = _u64(data, at + 8 * i)
        keyed = word ^ _u64(SECRET, secret + 8 * i)
        lanes[i ^ 1] = (lanes[i ^ 1] + word) & MASK
        lanes[i] = (lanes[i] + (keyed & 0xFFFFFFFF) * (keyed >> 32)) & MASK


def _scramble(lanes):
    for i in range(8):
        mixed = lanes[i] ^ (lanes[i] >> 47) ^ _u64(SECRET, len(SECRET) - STRIPE + 8 * i)
        lanes[i] = mixed * P32_1 & MASK


def _long(data):
    size = len(data)
    lanes = [P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1]
    for stripe in range((size - 1) // STRIPE):
        in_block = stripe % BLOCK_STRIPES
        _accumulate(lanes, data, stripe * STRIPE, 8 * in_block)
        if in_block == BLOCK_STRIPES - 1:
            _scramble(lanes)
    _accumulate(lanes, data, size - STRIPE, len(SECRET) - STRIPE - 7)
    h = size * P64_1
    for i in range(4):
        h += _fold(lanes[2 * i] ^ _u64(SECRET, 11 + 16 * i), lanes[2 * i + 1] ^ _u64(SECRET, 19 + 16 * i))
    return _avalanche(h & MASK)


def xxh3_64(data):
    """The 64 bit XXH3 hash of `data` with seed 0."""
    size = len(data)
    if size <= 3:
        return _up_to_3(data)
    if size <= 8:
        return _from_4_to_8(data)
    if size <= 16:
        return _from_9_to_16(data)
    if size <= 128:
        return _from_17_to_128(data)
    if size <= 240:
        return _from_129_to_240(data)
    return _long(data)
