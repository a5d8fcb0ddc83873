/** The one bare repository behind the git host, and what deciding needs to know of it. */
@NullMarked
package dev.pullcord.server.githost.repository;

import org.jspecify.annotations.NullMarked;
