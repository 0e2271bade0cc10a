// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connection_string.h"

#include <QStringList>
#include <QUrl>

#include <optional>
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

QString decoded(const QString& text)
{
    return QUrl::fromPercentEncoding(text.toUtf8());
}

QString encoded(const QString& text, const char* plain = "")
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, plain));
}

// "[::1]:5432" or "db:5432", one of a list.
std::pair<QString, QString> readHost(const QString& text)
{
    const qsizetype bracket = text.startsWith(QLatin1Char('[')) ? text.indexOf(QLatin1Char(']')) : -1;
    const qsizetype colon = text.indexOf(QLatin1Char(':'), bracket + 1);
    QString host = text.left(colon < 0 ? text.size() : colon);
    if (bracket > 0)
        host = text.mid(1, bracket - 1);
    return {decoded(host), colon < 0 ? QString() : decoded(text.mid(colon + 1))};
}

void readHosts(const QString& text, Pairs& pairs)
{
    QStringList hosts;
    QStringList ports;
    for (const QString& each : text.split(QLatin1Char(','))) {
        const auto [host, port] = readHost(each);
        hosts << host;
        ports << port;
    }
    pairs.emplace_back(QStringLiteral("host"), hosts.join(QLatin1Char(',')));
    const bool anyPort = ports.join(QString()) != QString();
    pairs.emplace_back(QStringLiteral("port"), anyPort ? ports.join(QLatin1Char(',')) : QString());
}

void readQuery(const QString& text, Pairs& pairs)
{
    for (const QString& each : text.split(QLatin1Char('&'), Qt::SkipEmptyParts)) {
        const qsizetype equals = each.indexOf(QLatin1Char('='));
        const QString key = equals < 0 ? QString() : decoded(each.left(equals));
        const QString value = decoded(each.mid(equals + 1));
        if (key == QLatin1String("ssl") && value == QLatin1String("true")) // JDBC's, which libpq takes, too
            pairs.emplace_back(QStringLiteral("sslmode"), QStringLiteral("require"));
        else
            pairs.emplace_back(key, value);
    }
}

// By hand and as libpq does it: QUrl refuses a list of hosts.
Pairs readUri(const QString& uri)
{
    Pairs pairs;
    QString text = uri.mid(uri.indexOf(QLatin1String("://")) + 3);
    const qsizetype at = text.indexOf(QLatin1Char('@'));
    if (at >= 0 && !text.left(at).contains(QLatin1Char('/'))) {
        const qsizetype colon = text.left(at).indexOf(QLatin1Char(':'));
        pairs.emplace_back(QStringLiteral("user"), decoded(text.left(colon < 0 ? at : colon)));
        if (colon >= 0)
            pairs.emplace_back(QStringLiteral("password"), decoded(text.mid(colon + 1, at - colon - 1)));
        text = text.mid(at + 1);
    }
    const qsizetype question = text.indexOf(QLatin1Char('?'));
    const QString path = text.left(question < 0 ? text.size() : question);
    const qsizetype slash = path.indexOf(QLatin1Char('/'));
    readHosts(path.left(slash < 0 ? path.size() : slash), pairs);
    if (slash >= 0)
        pairs.emplace_back(QStringLiteral("dbname"), decoded(path.mid(slash + 1)));
    if (question >= 0)
        readQuery(text.mid(question + 1), pairs);
    return pairs;
}

// The keywords that have a field of their own.
constexpr std::pair<const char*, QString ConnectionFields::*> kFields[] = {
    {"host", &ConnectionFields::host},           {"port", &ConnectionFields::port},
    {"dbname", &ConnectionFields::database},     {"user", &ConnectionFields::user},
    {"sslmode", &ConnectionFields::tls},         {"sslrootcert", &ConnectionFields::rootCertificate},
    {"sslcert", &ConnectionFields::certificate}, {"sslkey", &ConnectionFields::key},
    {"password", &ConnectionFields::password}};

QString ConnectionFields::*fieldOf(const QString& keyword)
{
    for (const auto& [name, member] : kFields)
        if (keyword == QLatin1String(name))
            return member;
    return nullptr;
}

// Host and port go before the path where they can: "db:5432", "[::1]", "one:1,two:2". Nothing: a socket's folder, or a
// list with as many ports as suits nobody.
std::optional<QString> authorityOf(const ConnectionFields& fields)
{
    const QStringList hosts = fields.host.split(QLatin1Char(','));
    QStringList ports = fields.port.split(QLatin1Char(','));
    while (ports.size() == 1 && hosts.size() > 1 && !fields.port.isEmpty()) // one for all
        ports = QStringList(hosts.size(), fields.port);
    if (fields.host.contains(QLatin1Char('/')) || (ports.size() != hosts.size() && !fields.port.isEmpty()))
        return std::nullopt;
    QStringList parts;
    for (qsizetype i = 0; i < hosts.size(); ++i) {
        const QString& host = hosts.at(i);
        const QString port = i < ports.size() ? ports.at(i) : QString();
        parts << (host.contains(QLatin1Char(':')) ? QLatin1Char('[') + host + QLatin1Char(']') : encoded(host))
                     + (port.isEmpty() ? QString() : QLatin1Char(':') + encoded(port));
    }
    return parts.join(QLatin1Char(','));
}

} // namespace

bool isConnectionUri(const QString& connection)
{
    const QString text = connection.trimmed();
    return text.startsWith(QLatin1String("postgresql://")) || text.startsWith(QLatin1String("postgres://"));
}

QString keywordPair(const QString& key, const QString& value)
{
    return key + QLatin1Char('=') + quoted(value);
}

QString toKeywords(const ConnectionFields& fields)
{
    QStringList parts;
    for (const auto& [name, member] : kFields)
        if (!(fields.*member).isEmpty() && member != &ConnectionFields::password)
            parts << keywordPair(QLatin1String(name), fields.*member);
    if (!fields.rest.isEmpty())
        parts << fields.rest;
    return parts.join(QLatin1Char(' '));
}

QString toUri(const ConnectionFields& fields)
{
    constexpr const char* kReadable = "/:,@"; // need no encoding in a query
    const std::optional<QString> authority = authorityOf(fields);
    QStringList query;
    for (const auto& [name, member] : kFields) {
        const bool elsewhere =
            member == &ConnectionFields::password || member == &ConnectionFields::database
            || member == &ConnectionFields::user
            || (authority && (member == &ConnectionFields::host || member == &ConnectionFields::port));
        if (!elsewhere && !(fields.*member).isEmpty())
            query << QLatin1String(name) + QLatin1Char('=') + encoded(fields.*member, kReadable);
    }
    for (const auto& [key, value] : readKeywords(fields.rest)) {
        if (key.isEmpty())
            return toKeywords(fields);
        query << encoded(key) + QLatin1Char('=') + encoded(value, kReadable);
    }
    QString uri = QStringLiteral("postgresql://");
    if (!fields.user.isEmpty())
        uri += encoded(fields.user) + QLatin1Char('@');
    uri += authority.value_or(QString()) + QLatin1Char('/') + encoded(fields.database);
    if (!query.isEmpty())
        uri += QLatin1Char('?') + query.join(QLatin1Char('&'));
    return uri;
}

ConnectionFields fromConnectionString(const QString& connection)
{
    const QString text = connection.trimmed();
    ConnectionFields fields;
    QStringList rest;
    for (const auto& [key, value] : isConnectionUri(text) ? readUri(text) : readKeywords(text)) {
        if (QString ConnectionFields::*const field = fieldOf(key))
            fields.*field = value;
        else
            rest << (key.isEmpty() ? value : keywordPair(key, value));
    }
    fields.rest = rest.join(QLatin1Char(' '));
    return fields;
}

} // namespace lifeguard
