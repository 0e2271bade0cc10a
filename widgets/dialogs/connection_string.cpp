// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connection_string.h"

#include <QStringList>
#include <QUrl>
#include <QUrlQuery>

#include <utility>
#include <vector>

namespace lifeguard {

namespace {

QString quoted(const QString& value)
{
    const bool plain = !value.isEmpty() && !value.contains(QLatin1Char(' ')) && !value.contains(QLatin1Char('\''))
                       && !value.contains(QLatin1Char('\\'));
    if (plain)
        return value;
    QString escaped = value;
    escaped.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('\''), QStringLiteral("\\'"));
    return QLatin1Char('\'') + escaped + QLatin1Char('\'');
}

using Pairs = std::vector<std::pair<QString, QString>>;

// libpq's keyword syntax: key = value, the value quoted by apostrophes where it has spaces, a backslash before what is
// meant literally.
Pairs readKeywords(const QString& text)
{
    Pairs pairs;
    qsizetype at = 0;
    const auto skipSpaces = [&] {
        while (at < text.size() && text.at(at).isSpace())
            ++at;
    };
    for (skipSpaces(); at < text.size(); skipSpaces()) {
        const qsizetype equals = text.indexOf(QLatin1Char('='), at);
        if (equals < 0) {
            pairs.emplace_back(QString(), text.mid(at));
            break;
        }
        const QString key = text.mid(at, equals - at).trimmed();
        at = equals + 1;
        skipSpaces();
        const bool apostrophes = at < text.size() && text.at(at) == QLatin1Char('\'');
        at += apostrophes ? 1 : 0;
        QString value;
        for (; at < text.size(); ++at) {
            if (text.at(at) == QLatin1Char('\\') && at + 1 < text.size())
                ++at;
            else if (apostrophes ? text.at(at) == QLatin1Char('\'') : text.at(at).isSpace())
                break;
            value += text.at(at);
        }
        at += apostrophes ? 1 : 0;
        pairs.emplace_back(key, value);
    }
    return pairs;
}

Pairs readUri(const QString& text)
{
    const QUrl url(text);
    Pairs pairs{{QStringLiteral("host"), url.host(QUrl::FullyDecoded)},
                {QStringLiteral("port"), url.port() > 0 ? QString::number(url.port()) : QString()},
                {QStringLiteral("dbname"), url.path(QUrl::FullyDecoded).mid(1)},
                {QStringLiteral("user"), url.userName(QUrl::FullyDecoded)}};
    if (!url.password().isEmpty()) // refused when it is used, with a sentence that says where it belongs
        pairs.emplace_back(QStringLiteral("password"), url.password(QUrl::FullyDecoded));
    for (const auto& [key, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded))
        pairs.emplace_back(key, value);
    return pairs;
}

bool isUri(const QString& text)
{
    return text.startsWith(QLatin1String("postgresql://")) || text.startsWith(QLatin1String("postgres://"));
}

} // namespace

QString toConnectionString(const ConnectionFields& fields)
{
    QStringList parts;
    const std::pair<QString, QString> named[] = {{QStringLiteral("host"), fields.host},
                                                 {QStringLiteral("port"), fields.port},
                                                 {QStringLiteral("dbname"), fields.database},
                                                 {QStringLiteral("user"), fields.user},
                                                 {QStringLiteral("sslmode"), fields.tls}};
    for (const auto& [key, value] : named)
        if (!value.isEmpty())
            parts << key + QLatin1Char('=') + quoted(value);
    if (!fields.rest.isEmpty())
        parts << fields.rest;
    return parts.join(QLatin1Char(' '));
}

ConnectionFields fromConnectionString(const QString& connection)
{
    const QString text = connection.trimmed();
    ConnectionFields fields;
    QStringList rest;
    for (const auto& [key, value] : isUri(text) ? readUri(text) : readKeywords(text)) {
        if (key == QLatin1String("host"))
            fields.host = value;
        else if (key == QLatin1String("port"))
            fields.port = value;
        else if (key == QLatin1String("dbname"))
            fields.database = value;
        else if (key == QLatin1String("user"))
            fields.user = value;
        else if (key == QLatin1String("sslmode"))
            fields.tls = value;
        else
            rest << (key.isEmpty() ? value : key + QLatin1Char('=') + quoted(value));
    }
    fields.rest = rest.join(QLatin1Char(' '));
    return fields;
}

} // namespace lifeguard
