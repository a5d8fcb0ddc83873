/** Tests of what these verbs print, and of what they refuse. */
@NullMarked
package dev.pullcord.cli.command.repository;

import org.jspecify.annotations.NullMarked;
