<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>lifeguard::AlertCenter</name>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::AlertRuleModel</name>
    <message numerus="yes">
        <source>%n sample(s)</source>
        <translation>
            <numerusform>%n sample</numerusform>
            <numerusform>%n samples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::ConnectDialog</name>
    <message numerus="yes">
        <source>Options (%n problem(s))</source>
        <translation>
            <numerusform>Options (%n problem)</numerusform>
            <numerusform>Options (%n problems)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::EventFilterBar</name>
    <message numerus="yes">
        <source>%n kind(s) ▾</source>
        <translation>
            <numerusform>%n kind ▾</numerusform>
            <numerusform>%n kinds ▾</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::EventLog</name>
    <message numerus="yes">
        <source>Saved %n event(s) to %1</source>
        <translation>
            <numerusform>Saved %n event to %1</numerusform>
            <numerusform>Saved %n events to %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::FleetModel</name>
    <message numerus="yes">
        <source>%n pool(s)</source>
        <translation>
            <numerusform>%n pool</numerusform>
            <numerusform>%n pools</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::FleetOverview</name>
    <message numerus="yes">
        <source>%n pool(s)</source>
        <translation>
            <numerusform>%n pool</numerusform>
            <numerusform>%n pools</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::ResetDialog</name>
    <message numerus="yes">
        <source>Ends the idle connections of %1, one by one: %n connection(s) now. Those in use and in transactions are left alone.</source>
        <translation>
            <numerusform>Ends the idle connections of %1, one by one: %n connection now. Those in use and in transactions are left alone.</numerusform>
            <numerusform>Ends the idle connections of %1, one by one: %n connections now. Those in use and in transactions are left alone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ends every connection of %1: %n connection(s) now. What they are doing is lost, and the application&apos;s callers get errors.</source>
        <translation>
            <numerusform>Ends every connection of %1: %n connection now. What they are doing is lost, and the application&apos;s callers get errors.</numerusform>
            <numerusform>Ends every connection of %1: %n connections now. What they are doing is lost, and the application&apos;s callers get errors.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::ResizeDialog</name>
    <message numerus="yes">
        <source>%n connection(s) are above the new limit: idle ones are closed now, leased ones when they come back.</source>
        <translation>
            <numerusform>%n connection is above the new limit: an idle one is closed now, a leased one when it comes back.</numerusform>
            <numerusform>%n connections are above the new limit: idle ones are closed now, leased ones when they come back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::StatusLine</name>
    <message numerus="yes">
        <source>%n pool(s)</source>
        <translation>
            <numerusform>%n pool</numerusform>
            <numerusform>%n pools</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failing</source>
        <translation>
            <numerusform>%n failing</numerusform>
            <numerusform>%n failing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n degraded</source>
        <translation>
            <numerusform>%n degraded</numerusform>
            <numerusform>%n degraded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stale</source>
        <translation>
            <numerusform>%n stale</numerusform>
            <numerusform>%n stale</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unknown</source>
        <translation>
            <numerusform>%n unknown</numerusform>
            <numerusform>%n unknown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> · %n sample(s) missed</source>
        <translation>
            <numerusform> · %n sample missed</numerusform>
            <numerusform> · %n samples missed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lifeguard::TrayIcon</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
