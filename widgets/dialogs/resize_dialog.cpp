// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/resize_dialog.h"

#include "widgets/words.h"

#include <QFormLayout>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

constexpr int kLargestPool = 10'000; // see validate(PoolOptions)

Question questionOf(const PoolView& view)
{
    return {ResizeDialog::tr("Resize %1").arg(text(view.name)),
            {},
            ResizeDialog::tr("Resize"),
            view.environment == Environment::Production ? text(view.name) : QString()};
}

} // namespace

ResizeDialog::ResizeDialog(const PoolView& view, QWidget* parent)
    : ConfirmDialog(questionOf(view), parent), m_view(view), m_least(new QSpinBox(this)), m_most(new QSpinBox(this))
{
    m_most->setRange(1, kLargestPool);
    m_most->setValue(view.managed ? view.managed->maxSize : 1);
    m_least->setRange(0, m_most->value());
    m_least->setValue(view.managed ? view.managed->minSize : 0);
    m_least->setAccessibleName(tr("Connections at least"));
    m_most->setAccessibleName(tr("Connections at most"));
    auto* form = new QFormLayout;
    form->addRow(tr("At &least"), m_least);
    form->addRow(tr("At &most"), m_most);
    fields().addLayout(form);
    connect(m_most, &QSpinBox::valueChanged, m_least, &QSpinBox::setMaximum);
    connect(m_most, &QSpinBox::valueChanged, this, [this] { setWords(consequences()); });
    setWords(consequences());
    resize(460, sizeHint().height());
}

QString ResizeDialog::consequences() const
{
    const QString what =
        tr("Changes how many connections %1 may have, from now until it is closed; its profile keeps its numbers.")
            .arg(text(m_view.name));
    const int above = m_view.active() + m_view.idle() - m_most->value();
    if (above <= 0)
        return what;
    return what + QLatin1Char(' ')
           + tr("%n connection(s) are above the new limit: idle ones are closed now, leased ones when they come back.",
                nullptr, above);
}

ResizePool ResizeDialog::command() const
{
    return {m_view.key, m_least->value(), m_most->value(), reason().toStdString()};
}

} // namespace lifeguard
