// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/connection_importer.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>

namespace lifeguard {

namespace {

constexpr qint64 kLargestFile = 1 << 20; // a thousand times what such a file has

} // namespace

ConnectionImporter::ConnectionImporter(QWidget* window) : QObject(window), m_window(window) {}

void ConnectionImporter::addActions(QMenu& menu)
{
    connect(menu.addAction(tr("From a &pg_service.conf…")), &QAction::triggered, this,
            [this] { askFile(Source::ServiceFile); });
    connect(menu.addAction(tr("From a .&env file…")), &QAction::triggered, this, [this] { askFile(Source::EnvFile); });
}

void ConnectionImporter::askFile(Source source)
{
    const bool service = source == Source::ServiceFile;
    auto* dialog = new QFileDialog(m_window, service ? tr("Import from pg_service.conf") : tr("Import from .env"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setFilter(QDir::Files | QDir::AllDirs | QDir::NoDotAndDotDot | QDir::Hidden); // both begin with a dot
    dialog->setDirectory(QDir::homePath());
    if (service)
        dialog->selectFile(QDir::home().filePath(QStringLiteral(".pg_service.conf")));
    connect(dialog, &QFileDialog::fileSelected, this, [this, source](const QString& file) { read(file, source); });
    dialog->open();
}

void ConnectionImporter::read(const QString& name, Source source)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        Q_EMIT failed(tr("%1 can't be read: %2").arg(name, file.errorString()));
        return;
    }
    if (file.size() > kLargestFile) {
        Q_EMIT failed(tr("%1 is too large to be such a file.").arg(name));
        return;
    }
    const QString text = QString::fromUtf8(file.readAll());
    const std::vector<ImportedConnection> found =
        source == Source::ServiceFile ? connectionsInServiceFile(text) : connectionsInEnvFile(text);
    if (found.empty())
        Q_EMIT failed(source == Source::ServiceFile
                          ? tr("There is no service in %1.").arg(name)
                          : tr("No variable in %1 holds a postgres:// or postgresql:// URI.").arg(name));
    else if (found.size() == 1)
        Q_EMIT chosen(found.front());
    else
        askWhich(found);
}

void ConnectionImporter::askWhich(const std::vector<ImportedConnection>& connections)
{
    QStringList names;
    for (const ImportedConnection& each : connections)
        names << tr("%1: %2", "name, connection").arg(each.name, each.connection);
    auto* dialog = new QInputDialog(m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Import"));
    dialog->setLabelText(tr("Which connection?"));
    dialog->setComboBoxItems(names);
    connect(dialog, &QInputDialog::textValueSelected, this, [this, connections, names](const QString& name) {
        Q_EMIT chosen(connections.at(static_cast<std::size_t>(names.indexOf(name))));
    });
    dialog->open();
}

} // namespace lifeguard
