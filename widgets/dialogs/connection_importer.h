// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dialogs/connection_import.h"

#include <QObject>

class QMenu;
class QWidget;

namespace lifeguard {

// Asks for a file of another program's and, if it describes several connections, for one of them. GUI thread; the files
// are small, and larger ones are refused.
class ConnectionImporter : public QObject {
    Q_OBJECT

  public:
    enum class Source { ServiceFile, EnvFile };

    explicit ConnectionImporter(QWidget* window);

    void addActions(QMenu& menu);
    void read(const QString& file, Source source);

  Q_SIGNALS:
    void chosen(const ImportedConnection& connection);
    void failed(const QString& sentence); // holds nothing of the file

  private:
    void askFile(Source source);
    void askWhich(const std::vector<ImportedConnection>& connections);

    QWidget* m_window;
};

} // namespace lifeguard
