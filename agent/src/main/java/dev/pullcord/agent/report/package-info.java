/** Carries what happened to the server, by way of a spool on disk. */
@NullMarked
package dev.pullcord.agent.report;

import org.jspecify.annotations.NullMarked;
