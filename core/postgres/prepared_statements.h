// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/pg_query.h"

#include <map>

namespace lifeguard {

// The statements that one session has prepared, by their text. One thread at a time, as with the session.
class PreparedStatements {
  public:
    // `direct`: no pooler is known to stand between; else nothing is prepared.
    explicit PreparedStatements(bool direct) : m_direct(direct) {}

    // Runs it by `deadline`, and prepares it before that the first time. When a change of a table made its plan
    // useless, or the server doesn't know it any more, it runs unprepared, unless an open transaction was lost with
    // that. One whose plan became useless stays unprepared in this session. When the server knows it from somebody else
    // (42P05) or doesn't know it (26000), a pooler lends this server session to several clients: from then on nothing
    // is prepared.
    tl::expected<PgResult, DatabaseError> run(PGconn* connection, const std::string& sql,
                                              const std::vector<std::string>& parameters, TimePoint deadline);

    void forgetAll() { m_names.clear(); } // after DISCARD ALL

  private:
    bool m_direct;
    std::map<std::string, std::string> m_names; // text to name; an empty one is not to be prepared again
};

} // namespace lifeguard
