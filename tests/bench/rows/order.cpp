// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/order.h"

#include <cctype>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace lifeguard::bench {

namespace {

std::chrono::duration<double> secondsFrom(const std::string& text)
{
    std::size_t read = 0;
    double seconds = 0;
    try {
        seconds = std::stod(text, &read);
    } catch (const std::logic_error&) {
        read = 0;
    }
    if (read == 0 || read != text.size() || !(seconds > 0 && seconds <= 3600))
        throw std::invalid_argument("--seconds takes a number above 0 and up to 3600, not '" + text + "'");
    return std::chrono::duration<double>(seconds);
}

bool isRow(std::string_view row)
{
    for (const std::string_view known : {"a1", "a2", "a8", "h", "b", "c", "d", "e", "f"})
        if (row == known)
            return true;
    return false;
}

} // namespace

Order orderFrom(int argc, char** argv)
{
    Order order;
    const std::vector<std::string> words(argv + 1, argv + argc);
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (word == "--conninfo" || word == "--seconds") {
            if (++at == words.size())
                throw std::invalid_argument(word + " needs a value");
            if (word == "--conninfo")
                order.conninfo = words[at];
            else
                order.seconds = secondsFrom(words[at]);
        } else if (order.row.empty() && !word.starts_with("-")) {
            for (const char letter : word)
                order.row += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        } else {
            throw std::invalid_argument("'" + word + "' is not understood");
        }
    }
    if (!isRow(order.row))
        throw std::invalid_argument("usage: " + std::string(argv[0])
                                    + " ROW --conninfo CONNINFO --seconds N, where ROW is a1 a2 a8 h b c d e or f");
    return order;
}

} // namespace lifeguard::bench
