/** Verbs that run actions and show what came of it. */
@NullMarked
package dev.pullcord.cli.command.run;

import org.jspecify.annotations.NullMarked;
