// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rows/metrics.h"

#include <array>
#include <charconv>
#include <cmath>

namespace lifeguard::bench {

std::string jsonNumber(std::optional<double> value)
{
    if (!value || !std::isfinite(*value))
        return "null";
    std::array<char, 400> digits{}; // the longest double in fixed form has 309 digits before the point
    const double rounded = std::round(*value * 1e6) / 1e6;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rounded, std::chars_format::fixed);
    return {digits.data(), end.ptr};
}

std::string jsonText(std::string_view text)
{
    std::string json = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\')
            json += '\\';
        json += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
    }
    return json + '"';
}

void Metrics::add(std::string name, std::optional<double> value)
{
    addJson(std::move(name), jsonNumber(value));
}

void Metrics::addJson(std::string name, std::string json)
{
    m_values.emplace_back(std::move(name), std::move(json));
}

std::string Metrics::json() const
{
    std::string json = "{";
    for (const auto& [name, value] : m_values)
        json += (json.size() > 1 ? "," : "") + jsonText(name) + ":" + value;
    return json + "}";
}

} // namespace lifeguard::bench
