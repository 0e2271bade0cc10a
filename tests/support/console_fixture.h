// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/main_window.h"
#include "core/postgres/postgres_driver.h"
#include "widgets/models/event_model.h"
#include "widgets/panels/event_log.h"

#include <QAction>
#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

namespace lifeguard {

using namespace std::chrono_literals;

inline constexpr int kPatience = 30'000;

inline FleetOptions quick()
{
    FleetOptions options;
    options.sampleInterval = 50ms;
    options.activityInterval = 100ms;
    options.healthInterval = 200ms;
    options.probeTimeout = 2'000ms;
    options.actor = "ops@test";
    return options;
}

// The window with everything behind it, as app/application.cpp wires it.
struct Console {
    Console()
        : settings(folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
        , profiles(folder.filePath(QStringLiteral("profiles.toml")))
        , fleet(quick(), std::make_shared<PostgresDriver>("lifeguard test"))
        , bridge(fleet)
        , opener(bridge, secrets)
        , window(MainWindowSetup{bridge, profiles, opener, theme, settings, QStringLiteral("ops@test"), {}})
    {
        window.show();
    }
    ~Console() { fleet.shutdown(); }

    void open(const std::string& name, const std::string& connection, const QString& password = {})
    {
        Profile profile;
        profile.name = name;
        profile.connection = connection;
        profile.options.minSize = 2;
        profile.options.shutdownTimeout = 1s;
        profile.options.connectTimeout = 2s;
        profile.options.backoff.base = 100ms;
        profile.options.backoff.cap = 200ms;
        profile.options.backoff.attempts = 50;
        opener.open(profile, password, false);
    }

    PoolHealth health(const std::string& key) const
    {
        const FleetSnapshotPtr snapshot = fleet.snapshot(); // kept as long as what is found in it
        const PoolView* view = snapshot->find(key);
        return view == nullptr ? PoolHealth::Unknown : view->verdict.health;
    }
    bool shows(const QString& words)
    {
        EventModel& model = window.events().model();
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, EventModel::TextColumn).data().toString().contains(words))
                return true;
        return false;
    }
    QAction* action(const char* text)
    {
        for (QAction* each : window.findChildren<QAction*>())
            if (each->text().remove(QLatin1Char('&')) == QString::fromUtf8(text))
                return each;
        return nullptr;
    }

    QTemporaryDir folder;
    QSettings settings;
    ThemeController theme{*qApp};
    ProfileStore profiles;
    Secrets secrets;
    Fleet fleet;
    Bridge bridge;
    ProfileOpener opener;
    MainWindow window;
};

} // namespace lifeguard
