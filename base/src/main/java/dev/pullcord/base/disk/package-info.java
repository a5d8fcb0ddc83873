/**
 * Files that are whole or not there, state directories that one process trusts, and what a disk did
 * not do, in words.
 */
@NullMarked
package dev.pullcord.base.disk;

import org.jspecify.annotations.NullMarked;
