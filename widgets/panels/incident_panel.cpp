// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/incident_panel.h"

#include "widgets/icons.h"
#include "widgets/words.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>

namespace lifeguard {

namespace {

constexpr int kRowHeight = 27;
constexpr std::chrono::hours kMuteTime{1};

// The severity as a shape.
class SeverityShape : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const auto severity = static_cast<Severity>(index.data(IncidentModel::SeverityRole).toInt());
        const QPixmap icon = iconPixmap(iconNameOf(severity), colourOf(severity, themeOf(option.palette)), 14,
                                        painter->device()->devicePixelRatioF());
        painter->drawPixmap(option.rect.center().x() - 6, option.rect.center().y() - 6, icon);
    }
};

QString subjectOf(const AlertMute& mute)
{
    const QString kind = mute.kind ? Words::of(*mute.kind) : IncidentPanel::tr("every alert");
    return mute.subject.empty() ? (mute.kind ? kind : IncidentPanel::tr("everything"))
                                : IncidentPanel::tr("%1: %2", "pool, alert").arg(text(mute.subject), kind);
}

} // namespace

IncidentPanel::IncidentPanel(QWidget* parent)
    : Card(tr("Running now"), parent)
    , m_model(new IncidentModel(this))
    , m_table(new QTableView(this))
    , m_nothing(new QLabel(tr("Nothing is wrong by the rules below."), this))
    , m_mutedWords(new QLabel(this))
{
    makeTable();
    m_nothing->setProperty("muted", true);
    m_nothing->setContentsMargins(0, 6, 0, 6);
    m_mutedWords->setProperty("muted", true);
    m_mutedWords->setWordWrap(true);
    m_mutedWords->setTextFormat(Qt::PlainText);
    body().setSpacing(8);
    body().addWidget(m_nothing);
    body().addWidget(m_table, 1);
    body().addWidget(m_mutedWords);
    body().addWidget(makeButtons());
    setIncidents({});
    setMutes({});
}

void IncidentPanel::makeTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Alerts that run now"));
    m_table->setItemDelegateForColumn(IncidentModel::SeverityColumn, new SeverityShape(m_table));
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(IncidentModel::TextColumn, QHeaderView::Stretch);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setColumnWidth(IncidentModel::SeverityColumn, 32);
    m_table->setColumnWidth(IncidentModel::SubjectColumn, 140);
    m_table->setColumnWidth(IncidentModel::SinceColumn, 150);
    m_table->setColumnWidth(IncidentModel::WorstColumn, 76);
    m_table->setColumnWidth(IncidentModel::StateColumn, 120);
    connect(m_table, &QTableView::activated, this, &IncidentPanel::open);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &IncidentPanel::refresh);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &IncidentPanel::refresh);
}

QPushButton* IncidentPanel::addButton(QWidget& row, const QString& text, void (IncidentPanel::*act)())
{
    auto* button = new QPushButton(text, &row);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, act);
    row.layout()->addWidget(button);
    return button;
}

QWidget* IncidentPanel::makeButtons()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_open = addButton(*row, tr("Open"), &IncidentPanel::open);
    m_acknowledge = addButton(*row, tr("Acknowledge"), &IncidentPanel::acknowledge);
    m_mute = addButton(*row, tr("Mute 1 h"), &IncidentPanel::mute);
    m_copy = addButton(*row, tr("Copy"), &IncidentPanel::copy);
    layout->addStretch(1);
    m_muteAll = addButton(*row, tr("Mute all 1 h"), &IncidentPanel::muteAll);
    m_tellAgain = addButton(*row, tr("End all mutes"), &IncidentPanel::tellAgain);
    m_open->setToolTip(tr("Show the pool at the time when it began"));
    m_muteAll->setToolTip(tr("No notification for an hour, whatever happens; alerts are still shown here"));
    return row;
}

void IncidentPanel::setIncidents(const std::vector<Incident>& incidents)
{
    m_model->setIncidents(incidents);
    m_nothing->setVisible(incidents.empty());
    m_table->setVisible(!incidents.empty());
    if (!incidents.empty() && chosen() == nullptr)
        m_table->selectRow(0);
    refresh();
}

void IncidentPanel::setMutes(const std::vector<AlertMute>& mutes)
{
    m_mutes = mutes;
    const WallTime now = std::chrono::system_clock::now();
    std::erase_if(m_mutes, [now](const AlertMute& mute) { return mute.until <= now; });
    QStringList words;
    for (const AlertMute& mute : m_mutes)
        words << tr("%1 until %2", "what is muted, time").arg(subjectOf(mute), Words::timeOfDay(mute.until));
    m_mutedWords->setText(tr("Muted: %1").arg(words.join(QStringLiteral(" · "))));
    m_mutedWords->setVisible(!words.isEmpty());
    refresh();
}

const Incident* IncidentPanel::chosen() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : &m_model->incident(rows.first().row());
}

void IncidentPanel::refresh()
{
    const Incident* incident = chosen();
    const QString none = incident == nullptr ? tr("Choose an alert first") : QString();
    const auto allow = [](QPushButton* button, const QString& whyNot, const QString& what) {
        button->setEnabled(whyNot.isEmpty());
        button->setToolTip(whyNot.isEmpty() ? what : whyNot);
    };
    allow(m_open, none, tr("Show the pool at the time when it began"));
    allow(m_copy, none, tr("Copy this alert as text"));
    allow(m_acknowledge, incident != nullptr && incident->acknowledged ? tr("It is acknowledged already") : none,
          tr("Somebody looks after it: no more reminders while it lasts"));
    allow(m_mute, incident != nullptr && incident->muted ? tr("It is muted already") : none,
          tr("No notification of this alert for an hour"));
    allow(m_tellAgain, m_mutes.empty() ? tr("Nothing is muted") : QString(), tr("Tell everything again"));
}

void IncidentPanel::open()
{
    if (const Incident* incident = chosen())
        Q_EMIT openRequested(*incident);
}

void IncidentPanel::acknowledge()
{
    if (const Incident* incident = chosen())
        Q_EMIT acknowledgeRequested(incident->id);
}

void IncidentPanel::mute()
{
    if (const Incident* incident = chosen())
        Q_EMIT muteRequested({incident->kind, incident->subject, {}}, kMuteTime);
}

void IncidentPanel::muteAll()
{
    Q_EMIT muteRequested({}, kMuteTime);
}

void IncidentPanel::tellAgain()
{
    for (const AlertMute& mute : std::vector<AlertMute>(m_mutes)) // each answer brings new ones
        Q_EMIT muteRequested(mute, std::chrono::seconds{0});
}

void IncidentPanel::copy()
{
    const Incident* incident = chosen();
    if (incident == nullptr)
        return;
    QGuiApplication::clipboard()->setText(tr("%1\nAlert: %2, %3. Since %4, worst %5.")
                                              .arg(text(incident->text), Words::of(incident->kind),
                                                   Words::of(incident->severity), Words::timeOfDay(incident->sinceWall),
                                                   text(valueText(incident->kind, incident->worst))));
}

} // namespace lifeguard
