// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;

namespace lifeguard {

// A file's name, typed or chosen. Looks at no file itself. GUI thread.
class PathField : public QWidget {
    Q_OBJECT

  public:
    explicit PathField(const QString& title, QWidget* parent = nullptr);

    void setPath(const QString& path);
    QString path() const;
    void setPlaceholderText(const QString& text);

  Q_SIGNALS:
    void edited(); // by a person

  private:
    void choose();

    const QString m_title;
    QLineEdit* m_path;
};

} // namespace lifeguard
