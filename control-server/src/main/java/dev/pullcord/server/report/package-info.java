/** What agents say of themselves: stored once and for all before it is acknowledged. */
@NullMarked
package dev.pullcord.server.report;

import org.jspecify.annotations.NullMarked;
