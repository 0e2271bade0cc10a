// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/event_filter.h"

#include <QObject>
#include <QThreadPool>

#include <memory>

namespace lifeguard {

class EventStore;

// Saves the events that pass a filter to a file. They are picked in slices of some milliseconds on the GUI thread; a
// thread of its own puts them into words and writes. The file appears when it is whole. GUI thread.
class EventExporter : public QObject {
    Q_OBJECT

  public:
    explicit EventExporter(const EventStore& store, QObject* parent = nullptr);
    ~EventExporter() override; // gives up what isn't finished

    bool isRunning() const { return m_file != nullptr; }
    void start(const QString& name, const EventFilter& filter); // JSON when the name ends so, else CSV
    void cancel();

  Q_SIGNALS:
    void progressed(int percent);
    void finished(const QString& name, int count);
    void failed(const QString& name, const QString& reason);
    void cancelled();

  private:
    class File;

    void sendSlice();
    void takeResult(bool last, const QString& error);

    const EventStore& m_store;
    EventFilter m_filter;
    std::shared_ptr<File> m_file; // written by the writing thread alone
    std::uint64_t m_begin = 0;    // places in the store: where it began, the next, where it ends
    std::uint64_t m_next = 0;
    std::uint64_t m_end = 0;
    int m_count = 0;
    bool m_cancelled = false;
    QThreadPool m_writer; // one thread
};

} // namespace lifeguard
