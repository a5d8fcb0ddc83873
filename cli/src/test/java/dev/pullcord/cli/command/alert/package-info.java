/** Tests of what these verbs print, and of what they refuse. */
@NullMarked
package dev.pullcord.cli.command.alert;

import org.jspecify.annotations.NullMarked;
