/**
 * Speaks with git remotes that are no Pullcord server: over HTTPS and SSH, with credentials and
 * keys from files, and says in plain words what such a remote can do wrong. The server's mirror and
 * an agent that follows a remote itself both use it.
 */
@NullMarked
package dev.pullcord.git.remote;

import org.jspecify.annotations.NullMarked;
