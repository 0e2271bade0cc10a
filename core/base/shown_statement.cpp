// SPDX-License-Identifier: Apache-2.0
#include "core/base/shown_statement.h"

#include <algorithm>

namespace lifeguard {

namespace {

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

// Of a name; every byte of a character beyond ASCII counts as one.
bool isWord(char letter)
{
    return isDigit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_'
           || static_cast<unsigned char>(letter) >= 0x80;
}

bool isBlank(char letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

// Takes the statement apart from left to right, and keeps what is no value.
class Reader {
  public:
    Reader(std::string_view sql, std::size_t longest) : m_sql(sql), m_longest(longest) {}

    std::string read()
    {
        while (m_at < m_sql.size() && m_shown.size() <= m_longest * 4)
            step();
        return shortened();
    }

  private:
    void step()
    {
        const char letter = m_sql[m_at];
        if (isBlank(letter))
            skip(1);
        else if (startsWith("--"))
            skipPast("\n");
        else if (startsWith("/*"))
            skipComment();
        else if (letter == '\'')
            value(endOfQuoted(m_at, '\'', false));
        else if (letter == '"')
            keep(endOfQuoted(m_at, '"', false));
        else if (letter == '$' && endOfTag() != m_at)
            value(endOfDollarQuoted());
        else if (letter == '$')
            keep(endOfWord(m_at + 1)); // a parameter, "$1"
        else if (isDigit(letter) || (letter == '.' && isDigit(next())))
            value(endOfNumber());
        else if (isWord(letter))
            word();
        else
            keep(m_at + 1);
    }

    char next() const { return m_at + 1 < m_sql.size() ? m_sql[m_at + 1] : '\0'; }
    bool startsWith(std::string_view text) const { return m_sql.substr(m_at, text.size()) == text; }

    void skip(std::size_t count)
    {
        m_at = std::min(m_sql.size(), m_at + count);
        m_gap = true;
    }

    void skipPast(std::string_view end)
    {
        const std::size_t found = m_sql.find(end, m_at);
        skip(found == std::string_view::npos ? m_sql.size() : found + end.size() - m_at);
    }

    void skipComment() // PostgreSQL's lie within each other
    {
        int depth = 0;
        do {
            if (startsWith("/*") || startsWith("*/")) {
                depth += startsWith("/*") ? 1 : -1;
                skip(2);
            } else {
                skip(1);
            }
        } while (depth > 0 && m_at < m_sql.size());
    }

    // A doubled quotation mark is one of the text's own.
    std::size_t endOfQuoted(std::size_t begin, char mark, bool escapes) const
    {
        for (std::size_t i = begin + 1; i < m_sql.size(); ++i) {
            const bool doubled = m_sql[i] == mark && i + 1 < m_sql.size() && m_sql[i + 1] == mark;
            if (doubled || (escapes && m_sql[i] == '\\'))
                ++i;
            else if (m_sql[i] == mark)
                return i + 1;
        }
        return m_sql.size();
    }

    // Behind "$$" or "$tag$"; where it stands now if there is none. One that the end cuts off may be one.
    std::size_t endOfTag() const
    {
        if (isDigit(next()))
            return m_at;
        const std::size_t end = endOfWord(m_at + 1);
        return end < m_sql.size() && m_sql[end] != '$' ? m_at : std::min(m_sql.size(), end + 1);
    }

    std::size_t endOfDollarQuoted() const
    {
        const std::size_t begin = endOfTag();
        const std::string_view tag = m_sql.substr(m_at, begin - m_at);
        const std::size_t found = m_sql.find(tag, begin);
        return found == std::string_view::npos ? m_sql.size() : found + tag.size();
    }

    std::size_t endOfWord(std::size_t at) const
    {
        while (at < m_sql.size() && isWord(m_sql[at]))
            ++at;
        return at;
    }

    std::size_t endOfNumber() const // "12", "1.5e-3", "0xff"
    {
        std::size_t at = m_at;
        while (at < m_sql.size()
               && (isWord(m_sql[at]) || m_sql[at] == '.'
                   || ((m_sql[at] == '-' || m_sql[at] == '+') && (m_sql[at - 1] == 'e' || m_sql[at - 1] == 'E'))))
            ++at;
        return at;
    }

    // A name or keyword; or what says how the text behind it is to be read: E'…', B'…', X'…', N'…', U&'…'.
    void word()
    {
        std::size_t end = endOfWord(m_at);
        while (end < m_sql.size() && (m_sql[end] == '$' || isWord(m_sql[end])))
            ++end; // names may have a "$" within
        const std::string_view name = m_sql.substr(m_at, end - m_at);
        const bool one = name.size() == 1;
        const char first = name.front();
        if (one && (first == 'U' || first == 'u') && m_sql.substr(end, 2) == "&'")
            value(endOfQuoted(end + 1, '\'', false));
        else if (one && end < m_sql.size() && m_sql[end] == '\'')
            value(endOfQuoted(end, '\'', first == 'E' || first == 'e'));
        else
            keep(end);
    }

    void fill() // one blank for a gap of blanks and comments
    {
        if (m_gap && !m_shown.empty())
            m_shown += ' ';
        m_gap = false;
    }

    void keep(std::size_t end)
    {
        fill();
        for (; m_at < end; ++m_at)
            m_shown += isBlank(m_sql[m_at]) ? ' ' : m_sql[m_at];
    }

    void value(std::size_t end)
    {
        fill();
        m_shown += '?';
        m_at = end;
    }

    // Counted in characters, of which UTF-8 begins each with a byte that is no continuation.
    std::string shortened()
    {
        std::size_t characters = 0;
        std::size_t cut = 0;
        for (std::size_t i = 0; i < m_shown.size(); ++i)
            if ((static_cast<unsigned char>(m_shown[i]) & 0xC0U) != 0x80 && ++characters == m_longest)
                cut = i;
        if (characters > m_longest)
            m_shown.replace(cut, std::string::npos, "…");
        return std::move(m_shown);
    }

    const std::string_view m_sql;
    const std::size_t m_longest; // in characters, of at most 4 bytes each
    std::size_t m_at = 0;
    bool m_gap = false; // blanks or a comment were left out here
    std::string m_shown;
};

} // namespace

std::string shownStatement(std::string_view sql, std::size_t longest)
{
    return Reader(sql, longest).read();
}

} // namespace lifeguard
