/**
 * What a git remote is and how it is reached, as a configuration says it: address, credentials and
 * trust from files, proxy. And what is wrong with it, in words that name the key to change.
 */
@NullMarked
package dev.pullcord.git.remote.access;

import org.jspecify.annotations.NullMarked;
