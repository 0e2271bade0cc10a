// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_export.h"

#include "widgets/words.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

#include <utility>

namespace lifeguard {

namespace {

QString timeOf(const Event& event)
{
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(event.at.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(millis, Qt::UTC).toString(Qt::ISODateWithMs);
}

QString word(std::string_view name)
{
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QString csvField(QString field)
{
    if (!field.isEmpty() && QStringLiteral("=+-@\t\r").contains(field.front()))
        field.prepend(QLatin1Char('\''));
    const bool quoted = field.contains(QLatin1Char(',')) || field.contains(QLatin1Char('"'))
                        || field.contains(QLatin1Char('\n')) || field.contains(QLatin1Char('\r'));
    if (!quoted)
        return field;
    field.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    return QLatin1Char('"') + field + QLatin1Char('"');
}

template <typename Number> QString numberOrEmpty(const std::optional<Number>& number)
{
    return number ? QString::number(*number) : QString();
}

QString millisOrEmpty(const std::optional<std::chrono::milliseconds>& duration)
{
    return duration ? QString::number(duration->count()) : QString();
}

QByteArray csvRow(const Event& event)
{
    const QStringList fields{QString::number(event.id.value),   timeOf(event),
                             word(nameOf(event.severity)),      word(nameOf(event.kind)),
                             word(nameOf(groupOf(event.kind))), csvField(text(event.pool)),
                             csvField(text(event.text)),        csvField(text(event.sqlState)),
                             csvField(text(event.detail)),      numberOrEmpty(event.attempt),
                             numberOrEmpty(event.limit),        millisOrEmpty(event.delay),
                             millisOrEmpty(event.duration),     numberOrEmpty(event.count)};
    return fields.join(QLatin1Char(',')).toUtf8() + "\r\n";
}

QByteArray jsonObject(const Event& event)
{
    QJsonObject object{{QStringLiteral("id"), static_cast<qint64>(event.id.value)},
                       {QStringLiteral("time"), timeOf(event)},
                       {QStringLiteral("severity"), word(nameOf(event.severity))},
                       {QStringLiteral("kind"), word(nameOf(event.kind))},
                       {QStringLiteral("group"), word(nameOf(groupOf(event.kind)))},
                       {QStringLiteral("pool"), text(event.pool)},
                       {QStringLiteral("text"), text(event.text)},
                       {QStringLiteral("sqlstate"), text(event.sqlState)},
                       {QStringLiteral("detail"), text(event.detail)}};
    if (event.attempt)
        object.insert(QStringLiteral("attempt"), *event.attempt);
    if (event.limit)
        object.insert(QStringLiteral("limit"), *event.limit);
    if (event.delay)
        object.insert(QStringLiteral("delay_ms"), static_cast<qint64>(event.delay->count()));
    if (event.duration)
        object.insert(QStringLiteral("duration_ms"), static_cast<qint64>(event.duration->count()));
    if (event.count)
        object.insert(QStringLiteral("count"), *event.count);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

QByteArray exportHead(EventFormat format)
{
    return format == EventFormat::Json
               ? "[\n"
               : "id,time,severity,kind,group,pool,text,sqlstate,detail,attempt,limit,delay_ms,duration_ms,count\r\n";
}

QByteArray exportBody(EventFormat format, const std::vector<Event>& events, bool first)
{
    QByteArray body;
    for (const Event& event : events) {
        if (format == EventFormat::Csv)
            body += csvRow(event);
        else
            body += (std::exchange(first, false) ? "" : ",\n") + jsonObject(event);
    }
    return body;
}

QByteArray exportTail(EventFormat format)
{
    return format == EventFormat::Json ? "\n]\n" : "";
}

QByteArray toCsv(const std::vector<Event>& events)
{
    return exportHead(EventFormat::Csv) + exportBody(EventFormat::Csv, events, true);
}

QByteArray toJson(const std::vector<Event>& events)
{
    return exportHead(EventFormat::Json) + exportBody(EventFormat::Json, events, true) + exportTail(EventFormat::Json);
}

} // namespace lifeguard
