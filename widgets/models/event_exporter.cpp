// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/event_exporter.h"

#include "widgets/models/event_export.h"
#include "widgets/models/event_store.h"

#include <QElapsedTimer>
#include <QSaveFile>

#include <algorithm>

namespace lifeguard {

namespace {

constexpr qint64 kSliceMillis = 4;          // of the GUI thread
constexpr std::size_t kSliceEvents = 5'000; // copied, about a millisecond
constexpr std::uint64_t kLookEvery = 64;    // events between two looks at the clock

} // namespace

// Used by the writing thread alone, one call after the other.
class EventExporter::File {
  public:
    explicit File(const QString& name)
        : m_name(name)
        , m_format(name.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) ? EventFormat::Json : EventFormat::Csv)
    {
    }

    // Empty when it went well.
    QString write(const std::vector<Event>& events, bool last)
    {
        QString error;
        if (!m_file) {
            m_file = std::make_unique<QSaveFile>(m_name);
            if (!m_file->open(QIODevice::WriteOnly) || m_file->write(exportHead(m_format)) < 0)
                error = m_file->errorString();
        }
        if (error.isEmpty() && !events.empty()) {
            if (m_file->write(exportBody(m_format, events, m_first)) < 0)
                error = m_file->errorString();
            m_first = false;
        }
        if (error.isEmpty() && last && (m_file->write(exportTail(m_format)) < 0 || !m_file->commit()))
            error = m_file->errorString();
        if (last || !error.isEmpty())
            m_file.reset();
        return error;
    }

    void giveUp() { m_file.reset(); }

    const QString& name() const { return m_name; } // by any thread

  private:
    const QString m_name;
    const EventFormat m_format;
    std::unique_ptr<QSaveFile> m_file;
    bool m_first = true;
};

EventExporter::EventExporter(const EventStore& store, QObject* parent) : QObject(parent), m_store(store)
{
    m_writer.setMaxThreadCount(1);
}

EventExporter::~EventExporter()
{
    m_writer.waitForDone();
}

void EventExporter::start(const QString& name, const EventFilter& filter)
{
    if (isRunning())
        return;
    m_file = std::make_shared<File>(name);
    m_filter = filter;
    m_begin = m_next = m_store.first();
    m_end = m_store.end();
    m_count = 0;
    m_cancelled = false;
    sendSlice();
}

void EventExporter::cancel()
{
    m_cancelled = isRunning();
}

void EventExporter::sendSlice()
{
    QElapsedTimer slice;
    slice.start();
    std::vector<Event> events;
    m_next = std::max(m_next, m_store.first()); // what was dropped meanwhile is gone
    while (m_next < m_end && events.size() < kSliceEvents
           && (m_next % kLookEvery != 0 || slice.elapsed() < kSliceMillis)) {
        const Event& event = m_store.at(m_next++);
        if (m_filter.matches(event, m_store))
            events.push_back(event);
    }
    m_count += static_cast<int>(events.size());
    const bool last = m_next >= m_end;
    m_writer.start([this, file = m_file, events = std::move(events), last] {
        const QString error = file->write(events, last);
        QMetaObject::invokeMethod(
            this, [this, last, error] { takeResult(last, error); }, Qt::QueuedConnection);
    });
}

void EventExporter::takeResult(bool last, const QString& error)
{
    const QString name = m_file->name();
    if (!error.isEmpty() || last) {
        m_file.reset();
        if (error.isEmpty())
            Q_EMIT finished(name, m_count);
        else
            Q_EMIT failed(name, error);
    } else if (m_cancelled) {
        m_writer.start([file = std::move(m_file)] { file->giveUp(); });
        m_file.reset();
        Q_EMIT cancelled();
    } else {
        Q_EMIT progressed(static_cast<int>((m_next - m_begin) * 100 / (m_end - m_begin)));
        sendSlice();
    }
}

} // namespace lifeguard
