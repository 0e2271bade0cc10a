// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_fault.h"
#include "core/base/clock.h"
#include "core/fleet/fleet.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace lifeguard {

class DemoClients;
class PrivateServer;

struct DemoOptions {
    std::chrono::milliseconds firstFault{25'000};    // after the demo is ready: time to see that all is well
    std::chrono::milliseconds faultInterval{60'000}; // from one fault to the next
    std::chrono::milliseconds restartAway{2'500};    // how long the server is away in a restart
    QString clientProgram;                           // lifeguard-demo-client; looked for beside the console when empty
    QString prefix = QStringLiteral("lifeguard-demo-"); // of the server's folder
    QStringList programFolders;                         // where to look for the server programs; the usual when empty
};

enum class DemoPhase { Starting, Ready, Failed }; // Failed comes last, when nothing runs any more

struct DemoReport {
    DemoPhase phase = DemoPhase::Starting;
    QString text; // one sentence: what is being done, or why it failed and what to install
};

// Real pools on a real PostgreSQL, for showing: a private server, application processes with habits of their own,
// traffic of test registrations through managed pools of the fleet, and a fault now and then. It opens its profiles in
// the fleet by itself and writes what it does to the fleet's journal.
//
// All work is done on threads of its own ("lg-demo" and the traffic's); start() and cause() return at once and may be
// called from any thread. The fleet must outlive the demo. For a quiet end call Fleet::shutdown() first, then stop().
class Demo {
  public:
    Demo(Fleet& fleet, DemoOptions options = {});
    ~Demo(); // stop()

    Demo(const Demo&) = delete;
    Demo& operator=(const Demo&) = delete;

    // Called on the demo's thread for each phase. Set it before start().
    void setListener(std::function<void(const DemoReport&)> listener);

    void start(); // once

    // Causes a fault as soon as the server is there to suffer it.
    void cause(DemoFault fault);

    // Ends traffic, applications and server, and removes the server's folder. Waits until all is gone: some tenths of a
    // second, a few seconds while the server starts. Idempotent; no listener is called afterwards.
    void stop();

  private:
    void run();
    bool perform(QString* error); // false: it could not begin, and why; no error when it was stopped first
    bool prepare(PrivateServer& server, QString* error);
    void openProfiles(const PrivateServer& server);
    void live(PrivateServer& server, DemoClients& clients);
    void inflict(DemoFault fault, PrivateServer& server);
    void endBackends(const QString& condition, PrivateServer& server);
    void restart(PrivateServer& server);
    void mend(PrivateServer& server);
    bool waitUntil(TimePoint until); // false: stop() was called
    void report(DemoPhase phase, const QString& text) const;
    void tell(Severity severity, std::string text) const;

    Fleet& m_fleet;
    const DemoOptions m_options;
    std::function<void(const DemoReport&)> m_listener;

    std::mutex m_mutex; // guards the two below; nothing waits for a server or a process under it
    std::condition_variable m_wake;
    std::deque<DemoFault> m_wanted;
    bool m_stop = false;

    std::thread m_thread;
};

} // namespace lifeguard
