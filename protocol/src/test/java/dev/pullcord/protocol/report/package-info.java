/** Tests of what nodes say of themselves, and how it is judged. */
@NullMarked
package dev.pullcord.protocol.report;

import org.jspecify.annotations.NullMarked;
