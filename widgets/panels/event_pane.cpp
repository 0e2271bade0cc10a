// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/event_pane.h"

#include "widgets/models/event_export.h"
#include "widgets/words.h"

#include <QClipboard>
#include <QDateTime>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>

namespace lifeguard {

namespace {

QString dateAndTime(WallTime time)
{
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(millis).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz t"));
}

QString stableName(std::string_view name)
{
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QToolButton* makeLink(const QString& text, QWidget* parent)
{
    auto* link = new QToolButton(parent);
    link->setText(text);
    link->setProperty("link", true);
    link->setFocusPolicy(Qt::StrongFocus);
    return link;
}

} // namespace

EventPane::EventPane(QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(tr("Details"), this))
    , m_copy(makeLink(tr("Copy as JSON"), this))
    , m_chart(makeLink(tr("Show in chart"), this))
    , m_form(nullptr)
{
    setProperty("pane", true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(makeTitleRow());
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    auto* fields = new QWidget(scroll);
    m_form = new QFormLayout(fields);
    m_form->setContentsMargins(11, 4, 11, 8);
    m_form->setHorizontalSpacing(12);
    m_form->setVerticalSpacing(4);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    scroll->setWidget(fields);
    fields->setAutoFillBackground(false); // the card's ground; setWidget() fills it
    layout->addWidget(scroll, 1);
    addField({}, tr("Choose an event to read every field of it."));
    m_copy->setEnabled(false);
    m_chart->setEnabled(false);
}

QWidget* EventPane::makeTitleRow()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(11, 0, 7, 0);
    layout->setSpacing(7);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    auto* close = makeLink(QStringLiteral("✕"), row);
    close->setAccessibleName(tr("Close the details"));
    close->setToolTip(tr("Close the details"));
    m_chart->setToolTip(tr("Turn to the event's pool at this time"));
    layout->addWidget(m_title);
    layout->addStretch(1);
    layout->addWidget(m_chart);
    layout->addWidget(m_copy);
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, &EventPane::closed);
    connect(m_chart, &QToolButton::clicked, this, [this] { Q_EMIT showInChartRequested(m_event); });
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromUtf8(toJson({m_event}))); });
    return row;
}

void EventPane::addField(const QString& name, const QString& value)
{
    if (value.isEmpty())
        return;
    auto* label = new QLabel(value);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(name);
    if (name.isEmpty()) {
        m_form->addRow(label);
        return;
    }
    auto* caption = new QLabel(name);
    caption->setProperty("muted", true);
    m_form->addRow(caption, label);
}

void EventPane::setEvent(const Event& event, const QString& poolName, const Event& first, int repeats)
{
    m_event = event;
    while (m_form->rowCount() > 0)
        m_form->removeRow(0);
    m_title->setText(tr("Event %1").arg(event.id.value));
    addField({}, text(event.text));
    addField(tr("Time"), dateAndTime(event.at));
    if (repeats > 1) {
        addField(tr("Times"), tr("×%1", "times that an event happened").arg(Words::count(repeats)));
        addField(tr("First"), dateAndTime(first.at));
    }
    addField(tr("Severity"), Words::of(event.severity));
    addField(
        tr("Kind"),
        tr("%1 (%2)", "kind of event, its name in exports").arg(Words::of(event.kind), stableName(nameOf(event.kind))));
    addField(tr("Group"), Words::of(groupOf(event.kind)));
    addField(tr("Pool"), poolName);
    if (poolName != text(event.pool))
        addField(tr("Key"), text(event.pool));
    addField(tr("SQLSTATE"), text(event.sqlState));
    addField(tr("Meaning"), text(event.detail));
    addNumbers();
    m_copy->setEnabled(true);
    m_chart->setEnabled(!event.pool.empty());
}

void EventPane::addNumbers()
{
    if (m_event.attempt && m_event.limit)
        addField(tr("Attempt"), tr("%1 of %2").arg(*m_event.attempt).arg(*m_event.limit));
    else if (m_event.attempt)
        addField(tr("Attempt"), Words::count(*m_event.attempt));
    if (m_event.delay)
        addField(tr("Next try in"), Words::duration(*m_event.delay));
    if (m_event.duration)
        addField(tr("Took"), Words::duration(*m_event.duration));
    if (m_event.count)
        addField(tr("Connections"), Words::count(*m_event.count));
}

} // namespace lifeguard
