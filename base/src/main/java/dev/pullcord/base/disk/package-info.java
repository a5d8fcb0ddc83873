/**
 * What both daemons ask of their own directories on disk before they trust them, and what a disk
 * did not do in words.
 */
@NullMarked
package dev.pullcord.base.disk;

import org.jspecify.annotations.NullMarked;
