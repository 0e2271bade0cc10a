// SPDX-License-Identifier: GPL-3.0-or-later
// The event log's export: button, progress, cancel, and the question where to.
#include "widgets/models/event_exporter.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_log.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

namespace lifeguard {

void EventLog::addExport(QHBoxLayout& row)
{
    m_export->setToolTip(tr("Save the events that are shown as CSV or JSON"));
    m_cancel->setToolTip(tr("Stop the export; no file is left"));
    m_progress->setAccessibleName(tr("Progress of the export"));
    m_progress->setMaximumWidth(90);
    m_progress->hide();
    m_cancel->hide();
    row.addWidget(m_export);
    row.addWidget(m_progress);
    row.addWidget(m_cancel);
}

void EventLog::wireExporter()
{
    const auto showRunning = [this](bool running) {
        m_export->setVisible(!running);
        m_progress->setVisible(running);
        m_cancel->setVisible(running);
    };
    connect(m_export, &QToolButton::clicked, this, &EventLog::askExport);
    connect(m_cancel, &QToolButton::clicked, m_exporter, &EventExporter::cancel);
    connect(m_exporter, &EventExporter::progressed, this, [this, showRunning](int percent) {
        showRunning(true);
        m_progress->setValue(percent);
    });
    connect(m_exporter, &EventExporter::finished, this, [this, showRunning](const QString& name, int count) {
        showRunning(false);
        Q_EMIT exported(tr("Saved %n event(s) to %1", nullptr, count).arg(name));
    });
    connect(m_exporter, &EventExporter::failed, this, [this, showRunning](const QString& name, const QString& reason) {
        showRunning(false);
        Q_EMIT exportFailed(tr("The events could not be saved to %1: %2").arg(name, reason));
    });
    connect(m_exporter, &EventExporter::cancelled, this, [this, showRunning] {
        showRunning(false);
        Q_EMIT exported(tr("The export was stopped; no file was written."));
    });
}

void EventLog::exportTo(const QString& file)
{
    m_exporter->start(file, m_model->filter());
}

void EventLog::askExport()
{
    auto* dialog = new QFileDialog(this, tr("Export events"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String("json")) ? QStringLiteral("json")
                                                                        : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &EventLog::exportTo);
    dialog->open();
}

} // namespace lifeguard
