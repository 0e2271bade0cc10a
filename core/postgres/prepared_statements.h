// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/postgres/pg_query.h"

#include <map>

namespace lifeguard {

// The statements that one session has prepared, by their text. One thread at a time, as with the session.
class PreparedStatements {
  public:
    // Runs it by `deadline`, and prepares it before that the first time. When the server has forgotten it, or a change
    // of a table made its plan useless, it runs unprepared, unless an open transaction was lost with that. One whose
    // plan became useless stays unprepared in this session.
    tl::expected<PgResult, DatabaseError> run(PGconn* connection, const std::string& sql,
                                              const std::vector<std::string>& parameters, TimePoint deadline);

    void forgetAll() { m_names.clear(); } // after DISCARD ALL or DEALLOCATE ALL

  private:
    std::map<std::string, std::string> m_names; // text to name; an empty one is not to be prepared again
};

} // namespace lifeguard
