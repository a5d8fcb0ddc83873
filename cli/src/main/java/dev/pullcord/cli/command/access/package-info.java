/** Verbs about who may: API tokens, invitations for new nodes, and the audit log. */
@NullMarked
package dev.pullcord.cli.command.access;

import org.jspecify.annotations.NullMarked;
