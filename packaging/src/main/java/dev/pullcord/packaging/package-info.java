/**
 * Makes what the packages need beside Debian's own tools: jars for an AOT cache, the list of its
 * classes, man pages, completion, licence notices. {@code scripts/package.sh} calls it.
 */
@NullMarked
package dev.pullcord.packaging;

import org.jspecify.annotations.NullMarked;
