/** Text that somebody else wrote, made safe to show; and the hash of a text. */
@NullMarked
package dev.pullcord.base.text;

import org.jspecify.annotations.NullMarked;
