// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connection_import.h"

#include "widgets/dialogs/connection_string.h"

#include <QRegularExpression>
#include <QStringList>

namespace lifeguard {

namespace {

QStringList linesOf(const QString& text)
{
    static const QRegularExpression kEnds(QStringLiteral("\r\n|\r|\n"));
    return text.split(kEnds);
}

// What a service's lines say, with the password apart.
class Service {
  public:
    explicit Service(QString name) : m_name(std::move(name)) {}

    void add(const QString& key, const QString& value) { m_keywords << keywordPair(key, value); }

    void addTo(std::vector<ImportedConnection>& found) const
    {
        if (m_name.isEmpty() || m_keywords.isEmpty())
            return;
        const ConnectionFields fields = fromConnectionString(m_keywords.join(QLatin1Char(' ')));
        found.push_back({m_name, toKeywords(fields), fields.password});
    }

  private:
    QString m_name;
    QStringList m_keywords;
};

// The value of a variable: up to the closing quote, with what a backslash escapes in double quotes, or up to a comment.
QString unquoted(const QString& value)
{
    const QChar quote = value.isEmpty() ? QChar() : value.front();
    if (quote != QLatin1Char('"') && quote != QLatin1Char('\'')) {
        static const QRegularExpression kComment(QStringLiteral("\\s#.*$"));
        return QString(value).remove(kComment).trimmed();
    }
    QString plain;
    for (qsizetype at = 1; at < value.size() && value.at(at) != quote; ++at) {
        if (quote == QLatin1Char('"') && value.at(at) == QLatin1Char('\\') && at + 1 < value.size())
            ++at;
        plain += value.at(at);
    }
    return plain;
}

} // namespace

std::vector<ImportedConnection> connectionsInServiceFile(const QString& text)
{
    std::vector<ImportedConnection> found;
    Service service{QString()};
    for (const QString& each : linesOf(text)) {
        const QString line = each.trimmed();
        const qsizetype equals = line.indexOf(QLatin1Char('='));
        if (line.startsWith(QLatin1Char('['))) {
            service.addTo(found);
            service = Service(line.mid(1, line.indexOf(QLatin1Char(']')) - 1));
        } else if (equals > 0 && !line.startsWith(QLatin1Char('#')) && !line.startsWith(QLatin1String("ldap"))) {
            service.add(line.left(equals), line.mid(equals + 1));
        }
    }
    service.addTo(found);
    return found;
}

std::vector<ImportedConnection> connectionsInEnvFile(const QString& text)
{
    static const QRegularExpression kVariable(
        QStringLiteral("^\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*?)\\s*$"));
    std::vector<ImportedConnection> found;
    for (const QString& line : linesOf(text)) {
        const QRegularExpressionMatch match = kVariable.match(line);
        const QString value = unquoted(match.captured(2));
        if (!match.hasMatch() || !isConnectionUri(value))
            continue;
        const ConnectionFields fields = fromConnectionString(value);
        found.push_back({match.captured(1), toUri(fields), fields.password});
    }
    return found;
}

} // namespace lifeguard
