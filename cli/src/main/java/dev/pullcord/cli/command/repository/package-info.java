/** Verbs about the repository that the server mirrors. */
@NullMarked
package dev.pullcord.cli.command.repository;

import org.jspecify.annotations.NullMarked;
