// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/registration_dialog.h"

#include "widgets/icons.h"
#include "widgets/words.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lifeguard {

namespace {

QTableWidgetItem* cell(const QString& text, Qt::Alignment alignment)
{
    auto* item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setTextAlignment(alignment);
    return item;
}

} // namespace

RegistrationDialog::RegistrationDialog(QWidget* parent)
    : QDialog(parent)
    , m_icon(new QLabel(this))
    , m_verdict(new QLabel(this))
    , m_phases(new QTableWidget(0, 3, this))
    , m_json(new QPlainTextEdit(this))
{
    setWindowTitle(tr("Test registration"));
    auto* top = new QHBoxLayout;
    top->addWidget(m_icon, 0, Qt::AlignTop);
    top->addWidget(m_verdict, 1);
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_phases->setHorizontalHeaderLabels({tr("Phase"), tr("Time"), tr("Outcome")});
    m_phases->verticalHeader()->hide();
    m_phases->horizontalHeader()->setStretchLastSection(true);
    m_phases->setShowGrid(false);
    m_phases->setSelectionMode(QAbstractItemView::NoSelection);
    m_phases->verticalHeader()->setDefaultSectionSize(24);
    m_phases->setFixedHeight(26 + 24 * static_cast<int>(kRegistrationPhases) + 4);
    m_phases->setAccessibleName(tr("Phases"));
    m_json->setReadOnly(true);
    m_json->setFont(monospacedFont());
    m_json->setMinimumHeight(250);
    m_json->setAccessibleName(tr("User and session as JSON"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_copy = buttons->addButton(tr("Copy JSON"), QDialogButtonBox::ActionRole);
    m_again = buttons->addButton(tr("Run again"), QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(top);
    layout->addWidget(m_phases);
    layout->addWidget(m_json, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_json->toPlainText()); });
    connect(m_again, &QPushButton::clicked, this, [this] { Q_EMIT runRequested(m_pool); });
    resize(560, 620);
}

void RegistrationDialog::showRunning(const QString& pool)
{
    m_pool = pool;
    m_state = State::Running;
    m_verdict->setText(tr("A user is being registered through %1…").arg(pool));
    m_phases->setRowCount(0);
    m_json->clear();
    m_copy->setEnabled(false);
    m_copy->setToolTip(tr("There is no result yet"));
    m_again->setEnabled(false);
    m_again->setToolTip(tr("A test registration is under way"));
    showVerdict();
}

void RegistrationDialog::showResult(const RegistrationResult& result)
{
    m_state = result.passed ? State::Passed : State::Failed;
    m_verdict->setText(
        result.passed
            ? tr("Users can register: everything passed in %1 and was rolled back.").arg(Words::millis(result.total))
            : tr("Failed at \"%1\": %2").arg(Words::of(*result.failedAt), text(result.error)));
    const Qt::Alignment left = Qt::AlignLeft | Qt::AlignVCenter;
    const Qt::Alignment right = Qt::AlignRight | Qt::AlignVCenter;
    m_phases->setRowCount(0);
    const auto addRow = [&](RegistrationPhase phase, const QString& time, const QString& outcome) {
        const int row = m_phases->rowCount();
        m_phases->insertRow(row);
        m_phases->setItem(row, 0, cell(Words::of(phase), left));
        m_phases->setItem(row, 1, cell(time, right));
        m_phases->setItem(row, 2, cell(outcome, left));
    };
    for (const PhaseTime& phase : result.phases)
        addRow(phase.phase, Words::millis(phase.took), tr("✓ done"));
    if (result.failedAt)
        addRow(*result.failedAt, QString(), tr("✗ failed"));
    m_json->setPlainText(result.user ? text(toJson(result)) : QString());
    m_copy->setEnabled(result.user.has_value());
    m_copy->setToolTip(result.user ? QString() : tr("No user was registered"));
    m_again->setEnabled(true);
    m_again->setToolTip({});
    showVerdict();
}

void RegistrationDialog::showFailure(const QString& summary, const QString& advice)
{
    m_state = State::Failed;
    m_verdict->setText(advice.isEmpty() ? summary : tr("%1\n%2", "what failed, what to do").arg(summary, advice));
    m_again->setEnabled(true);
    m_again->setToolTip({});
    showVerdict();
}

void RegistrationDialog::showVerdict()
{
    const HealthStatus status = m_state == State::Passed   ? HealthStatus::Ok
                                : m_state == State::Failed ? HealthStatus::Failing
                                                           : HealthStatus::Unknown;
    m_icon->setPixmap(iconPixmap(iconNameOf(status), colourOf(status, themeOf(palette())), 18, devicePixelRatioF()));
}

void RegistrationDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showVerdict();
}

} // namespace lifeguard
