// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/path_field.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace lifeguard {

PathField::PathField(const QString& title, QWidget* parent)
    : QWidget(parent), m_title(title), m_path(new QLineEdit(this))
{
    auto* choose = new QPushButton(tr("Choose…"), this);
    choose->setAccessibleName(tr("Choose: %1").arg(title));
    choose->setAutoDefault(false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->addWidget(m_path, 1);
    row->addWidget(choose);
    setFocusProxy(m_path);
    m_path->setAccessibleName(title);
    connect(m_path, &QLineEdit::textEdited, this, &PathField::edited);
    connect(choose, &QPushButton::clicked, this, &PathField::choose);
}

void PathField::setPath(const QString& path)
{
    m_path->setText(path);
}

QString PathField::path() const
{
    return m_path->text().trimmed();
}

void PathField::setPlaceholderText(const QString& text)
{
    m_path->setPlaceholderText(text);
}

void PathField::choose()
{
    auto* dialog = new QFileDialog(this, m_title, QFileInfo(path()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        setPath(file);
        Q_EMIT edited();
    });
    dialog->open();
}

} // namespace lifeguard
