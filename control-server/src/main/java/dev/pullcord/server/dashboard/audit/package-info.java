/** The page of the audit log: who did what, from where, and what was refused. */
@NullMarked
package dev.pullcord.server.dashboard.audit;

import org.jspecify.annotations.NullMarked;
