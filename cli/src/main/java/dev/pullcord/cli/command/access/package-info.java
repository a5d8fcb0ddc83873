/** Verbs about who may: signing in, git's access to the repository, and letting nodes join. */
@NullMarked
package dev.pullcord.cli.command.access;

import org.jspecify.annotations.NullMarked;
