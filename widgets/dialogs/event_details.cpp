// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/event_details.h"

#include "widgets/models/event_export.h"
#include "widgets/words.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>

namespace lifeguard {

namespace {

void addField(QFormLayout& form, const QString& name, const QString& value)
{
    if (value.isEmpty())
        return;
    auto* label = new QLabel(value);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    form.addRow(name, label);
}

} // namespace

EventDetails::EventDetails(const Event& event, const QString& poolName, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Event %1").arg(event.id.value));
    auto* form = new QFormLayout(this);
    form->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    addField(*form, tr("Time"), Words::time(event.at));
    addField(*form, tr("Severity"), Words::of(event.severity));
    addField(*form, tr("Pool"), poolName);
    addField(*form, tr("What happened"), text(event.text));
    addField(*form, tr("SQLSTATE"), text(event.sqlState));
    addField(*form, tr("Meaning"), text(event.detail));
    if (event.attempt && event.limit)
        addField(*form, tr("Attempt"), tr("%1 of %2").arg(*event.attempt).arg(*event.limit));
    if (event.delay)
        addField(*form, tr("Next try in"), Words::duration(*event.delay));
    if (event.duration)
        addField(*form, tr("Took"), Words::duration(*event.duration));
    if (event.count)
        addField(*form, tr("Connections"), QString::number(*event.count));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(copy, &QPushButton::clicked, this,
            [event] { QGuiApplication::clipboard()->setText(QString::fromUtf8(toJson({event}))); });
    resize(520, sizeHint().height());
}

} // namespace lifeguard
