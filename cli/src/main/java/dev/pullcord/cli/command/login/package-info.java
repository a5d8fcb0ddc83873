/** Verbs about our own logins: sign in and out, choose a server, and give git what it needs. */
@NullMarked
package dev.pullcord.cli.command.login;

import org.jspecify.annotations.NullMarked;
