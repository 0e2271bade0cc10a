// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace lifeguard {

struct PrivateServerOptions {
    QString prefix = QStringLiteral("lifeguard-demo-"); // of the folder's name in the temporary folder
    QStringList settings;                               // lines for postgresql.conf, "max_connections = 60"
    QStringList accessRules;                            // lines for pg_hba.conf that stand before "trust for everybody"
    bool tcp = false;           // listens on 127.0.0.1 too, where every local user is let in: for tests that need it
    QString standbyOf;          // libpq keyword string of a superuser: a copy of that server, which follows it
    QStringList programFolders; // where to look for the server programs; Debian's places when empty
};

// A PostgreSQL of one's own in a temporary folder, with its own port and socket and without fsync: for the demo and for
// tests. It trusts whoever reaches it, and nobody else can enter the folder with the socket. Gone when the object is
// gone. Its methods wait for the server, so don't call them on the GUI thread; all on one thread, which must live as
// long as the server.
class PrivateServer {
  public:
    explicit PrivateServer(PrivateServerOptions options = {});
    ~PrivateServer();

    PrivateServer(const PrivateServer&) = delete;
    PrivateServer& operator=(const PrivateServer&) = delete;

    // Makes the cluster if there is none yet and starts it; true once it answers. `error`: a sentence with what to do.
    bool start(QString* error);

    enum class StopMode { Fast, Immediate };
    void stop(StopMode mode = StopMode::Fast);
    bool running(); // asks the process, so that one that died is noticed

    qint64 pid() const; // of the postmaster; 0 when it doesn't run
    int port() const { return m_port; }
    QString folder() const; // holds the socket, too
    QString log() const;    // what the server has written so far

    // libpq keyword strings. `connection` goes over the unix socket, `tcpConnection` to 127.0.0.1, which needs the
    // option.
    QString connection(const QString& user, const QString& database) const;
    QString tcpConnection(const QString& user, const QString& database) const;
    QString superuser() const { return QStringLiteral("postgres"); }

    // Runs SQL as the superuser, with psql; stops at the first error.
    bool run(const QString& sql, const QString& database, QString* error);

    // Stops and continues every process of the server: it takes connections (its kernel does) and never answers.
    void freeze();
    void thaw();

  private:
    bool initialise(QString* error);
    QString makeCluster(); // what failed, or nothing
    bool configure(QString* error);
    bool waitUntilReady(QString* error);
    void signalAll(int number);

    const PrivateServerOptions m_options;
    QString m_programs;
    std::unique_ptr<QTemporaryDir> m_folder;
    QProcess m_server;
    int m_port = 0;
};

} // namespace lifeguard
