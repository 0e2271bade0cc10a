// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lifeguard {

class PrivateServer;

// The demo's application processes. One thread, which must live as long as they: they end with it.
class DemoClients {
  public:
    // `tell` takes a sentence for the event log.
    DemoClients(QString program, std::function<void(std::string)> tell);
    ~DemoClients(); // stop()

    DemoClients(const DemoClients&) = delete;
    DemoClients& operator=(const DemoClients&) = delete;

    // False, with a sentence in `error`, when one can't be started.
    bool start(const PrivateServer& server, QString* error);

    void tend(); // starts those again that have ended; quick, to be called now and then
    void stop(); // asks them to end, and ends them

  private:
    struct Client {
        QString name;
        QStringList arguments;
        std::unique_ptr<QProcess> process;
        std::chrono::steady_clock::time_point startedAt;
    };
    bool launch(Client& client) const;

    const QString m_program;
    const std::function<void(std::string)> m_tell;
    std::vector<Client> m_clients;
};

// Where lifeguard-demo-client is: beside the console, or where it is installed; empty when nowhere.
QString findDemoClient();

} // namespace lifeguard
