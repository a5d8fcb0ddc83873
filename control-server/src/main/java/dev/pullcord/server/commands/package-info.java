/** What an administrator types on the server's host: the commands beside the daemon. */
@NullMarked
package dev.pullcord.server.commands;

import org.jspecify.annotations.NullMarked;
