/**
 * The machine under the command: clock, terminal, private files, the real {@code git}. The only
 * room that starts programs, renames files or reads the clock, so that tests can replace all of it.
 */
@NullMarked
package dev.pullcord.cli.host;

import org.jspecify.annotations.NullMarked;
