/** Verbs about a commit on its way: the history, one deployment, and waiting until it is there. */
@NullMarked
package dev.pullcord.cli.command.deploy;

import org.jspecify.annotations.NullMarked;
