/**
 * What the packaged programs do when the file system fails them, or the process dies, at any one of
 * their file-changing calls: a small library that is loaded before libc makes that happen.
 */
@NullMarked
package dev.pullcord.systemtests.faults;

import org.jspecify.annotations.NullMarked;
