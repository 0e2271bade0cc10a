// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pool_sidebar.h"

#include "widgets/panels/pool_delegate.h"

#include <QEvent>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace lifeguard {

PoolSidebar::PoolSidebar(QWidget* parent)
    : QWidget(parent), m_model(new PoolListModel(this)), m_view(new QListView(this)), m_stack(new QStackedLayout(this))
{
    setProperty("sidebar", true);
    setAttribute(Qt::WA_StyledBackground);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new PoolDelegate(m_view));
    m_view->setAccessibleName(tr("Pools"));
    m_view->setMouseTracking(true);
    m_view->setUniformItemSizes(false);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->viewport()->setAutoFillBackground(false);
    m_view->setStyleSheet(QStringLiteral("QListView { background: transparent; }"));
    m_view->viewport()->installEventFilter(this);
    m_stack->setContentsMargins(0, 4, 0, 4);
    m_stack->addWidget(makeEmptyState());
    m_stack->addWidget(m_view);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (const QString key = current.data(PoolListModel::KeyRole).toString(); !key.isEmpty())
            Q_EMIT poolSelected(key);
    });
}

QWidget* PoolSidebar::makeEmptyState()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    auto* words = new QLabel(tr("<b>No pools yet</b><br><br>Connect to a PostgreSQL server to watch the pools of your "
                                "applications, or look at the demo first: it starts a private server of its own."),
                             page);
    words->setWordWrap(true);
    auto* connectButton = new QPushButton(tr("Connect…"), page);
    connectButton->setProperty("primary", true);
    auto* demoButton = new QPushButton(tr("Start the demo"), page);
    layout->setContentsMargins(16, 20, 16, 16);
    layout->setSpacing(10);
    layout->addWidget(words);
    layout->addWidget(connectButton);
    layout->addWidget(demoButton);
    layout->addStretch();
    connect(connectButton, &QPushButton::clicked, this, &PoolSidebar::connectRequested);
    connect(demoButton, &QPushButton::clicked, this, &PoolSidebar::demoRequested);
    return page;
}

void PoolSidebar::setSnapshot(const FleetSnapshot& snapshot)
{
    const QString before = selected();
    m_model->setSnapshot(snapshot);
    m_stack->setCurrentIndex(m_model->rowCount() == 0 ? 0 : 1);
    if (m_model->rowCount() > 0 && (before.isEmpty() || m_model->rowOf(before) < 0))
        m_view->setCurrentIndex(m_model->index(1)); // the worst of the first kind; row 0 is its heading
}

void PoolSidebar::select(const QString& key)
{
    if (const int row = m_model->rowOf(key); row >= 0)
        m_view->setCurrentIndex(m_model->index(row));
}

QString PoolSidebar::selected() const
{
    return m_view->currentIndex().data(PoolListModel::KeyRole).toString();
}

bool PoolSidebar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Enter)
        m_model->setFrozen(true);
    else if (event->type() == QEvent::Leave)
        m_model->setFrozen(false);
    return QWidget::eventFilter(watched, event);
}

} // namespace lifeguard
