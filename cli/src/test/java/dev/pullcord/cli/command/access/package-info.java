/** Tests of the verbs about who may join and sign in. */
@NullMarked
package dev.pullcord.cli.command.access;

import org.jspecify.annotations.NullMarked;
