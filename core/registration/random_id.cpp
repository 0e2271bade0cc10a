// SPDX-License-Identifier: Apache-2.0
#include "core/registration/random_id.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace lifeguard {

namespace {

std::vector<unsigned char> randomBytes(std::size_t count)
{
    std::vector<unsigned char> bytes(count);
    if (getentropy(bytes.data(), bytes.size()) != 0) {
        // It fails only when asked for more than 256 bytes, or on a kernel without it: neither can be mended here.
        std::fputs("lifeguard: the system gives no random numbers\n", stderr);
        std::abort();
    }
    return bytes;
}

std::string hexOf(const std::vector<unsigned char>& bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0xFU];
    }
    return text;
}

} // namespace

std::string randomUuid()
{
    std::vector<unsigned char> bytes = randomBytes(16);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U); // version 4
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U); // the variant of RFC 9562
    std::string text = hexOf(bytes);
    for (const std::size_t dash : {8U, 13U, 18U, 23U})
        text.insert(dash, 1, '-');
    return text;
}

std::string randomHex(std::size_t bytes)
{
    return hexOf(randomBytes(bytes));
}

} // namespace lifeguard
